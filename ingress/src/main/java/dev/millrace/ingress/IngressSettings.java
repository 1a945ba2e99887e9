package dev.millrace.ingress;

import dev.millrace.domain.task.Durability;
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
 * @param connections how many, and how long silent ones are kept
 * @param taskDurability of a task that asks for none
 * @param callDurability of a plain call that asks for none
 */
public record IngressSettings(
    String host,
    int port,
    String operatorHost,
    int operatorPort,
    int eventLoops,
    TransportKind transport,
    Set<String> origins,
    Connections connections,
    Durability taskDurability,
    Durability callDurability) {

  /**
   * Open sockets.
   *
   * @param most at once, on the users' port; more are closed at once
   * @param idleMillis after which a connection without a byte either way is closed
   * @param keepAliveMillis after which a comment is sent on a silent event stream
   * @param pingMillis between pings on a WebSocket; dead after two without an answer
   * @param resets of streams on one HTTP/2 connection within {@link #RESET_SECONDS}, counted for
   *     each side; beyond it the connection is closed
   */
  public record Connections(
      int most, long idleMillis, long keepAliveMillis, long pingMillis, int resets) {
    public static final int RESET_SECONDS = 30;
    public static final Connections DEFAULT = new Connections(16_384, 75_000, 15_000, 25_000);

    /** With the usual number of resets. */
    public Connections(int most, long idleMillis, long keepAliveMillis, long pingMillis) {
      this(most, idleMillis, keepAliveMillis, pingMillis, 1_000);
    }
  }

  /** With the usual connections and durabilities. */
  public IngressSettings(
      String host,
      int port,
      String operatorHost,
      int operatorPort,
      int eventLoops,
      TransportKind transport,
      Set<String> origins) {
    this(
        host,
        port,
        operatorHost,
        operatorPort,
        eventLoops,
        transport,
        origins,
        Connections.DEFAULT,
        Durability.FSYNC,
        Durability.MEMORY);
  }

  /** How the operating system is asked; each falls back to the next. */
  public enum TransportKind {
    IO_URING,
    EPOLL,
    NIO
  }
}
