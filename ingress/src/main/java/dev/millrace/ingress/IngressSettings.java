package dev.millrace.ingress;

import java.util.Set;

/**
 * Where the doors stand.
 *
 * @param host address to listen on
 * @param port of the users' doors; 0 for any
 * @param operatorHost address of the operator's door
 * @param operatorPort of metrics and administration; 0 for any
 * @param eventLoops threads that own sockets, at least 1
 * @param transport how the operating system is asked
 * @param origins that browsers may come from
 */
public record IngressSettings(
    String host,
    int port,
    String operatorHost,
    int operatorPort,
    int eventLoops,
    TransportKind transport,
    Set<String> origins) {

  /** How the operating system is asked; each falls back to the next. */
  public enum TransportKind {
    IO_URING,
    EPOLL,
    NIO
  }
}
