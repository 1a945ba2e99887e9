package dev.millrace.control.config;

import java.util.List;

/**
 * The doors' listeners.
 *
 * @param port 0 for any free one
 * @param operatorPort 0 for any free one
 * @param origins that browsers may open WebSockets from; empty for none but the node's own
 */
public record HttpConfig(
    String host,
    int port,
    String operatorHost,
    int operatorPort,
    int maxConnections,
    long idleMillis,
    long keepAliveMillis,
    long pingMillis,
    int resets,
    List<String> origins) {

  private static final String HOST_PATTERN = "[A-Za-z0-9.:-]{1,253}";
  private static final String ORIGIN_PATTERN = "https?://[A-Za-z0-9.:\\[\\]-]{1,260}";

  static final Key<String> HOST =
      Key.text("host", "127.0.0.1", HOST_PATTERN, "Address of the doors.");
  static final Key<Integer> PORT =
      Key.whole("port", 8_080, 0, 65_535, "", "Port of the doors; 0 takes any free one.");
  static final Key<String> OPERATOR_HOST =
      Key.text(
          "operator_host",
          "127.0.0.1",
          HOST_PATTERN,
          "Address of metrics and administration; keep it on the loopback.");
  static final Key<Integer> OPERATOR_PORT =
      Key.whole("operator_port", 9_090, 0, 65_535, "", "Port of metrics and administration.");
  static final Key<Integer> MAX_CONNECTIONS =
      Key.whole(
          "max_connections", 16_384, 1, 1_000_000, "sockets", "Open sockets; more are refused.");
  static final Key<Long> IDLE =
      Key.time(
          "idle", "75s", "1s", "1h", "After it an HTTP connection without a request is closed.");
  static final Key<Long> KEEP_ALIVE =
      Key.time(
          "keep_alive",
          "15s",
          "1s",
          "5m",
          "After it a silent event stream gets a comment, so that nobody cuts it.");
  static final Key<Long> PING =
      Key.time(
          "ping",
          "25s",
          "1s",
          "5m",
          "Between two pings of a WebSocket; two unanswered ones end it.");
  static final Key<Integer> RESETS =
      Key.whole(
          "resets",
          1_000,
          10,
          1_000_000,
          "streams",
          "Resets on one HTTP/2 connection within 30 s, by each side; more close it.");
  static final Key<List<String>> ORIGINS =
      Key.texts("origins", ORIGIN_PATTERN, 64, "Origins that a browser may open a WebSocket from.");

  static final Section SECTION =
      Section.of(
          "http",
          "Where the doors listen.",
          HOST,
          PORT,
          OPERATOR_HOST,
          OPERATOR_PORT,
          MAX_CONNECTIONS,
          IDLE,
          KEEP_ALIVE,
          PING,
          RESETS,
          ORIGINS);

  static HttpConfig of(Values values) {
    return new HttpConfig(
        values.get(HOST),
        values.get(PORT),
        values.get(OPERATOR_HOST),
        values.get(OPERATOR_PORT),
        values.get(MAX_CONNECTIONS),
        values.get(IDLE),
        values.get(KEEP_ALIVE),
        values.get(PING),
        values.get(RESETS),
        values.get(ORIGINS));
  }
}
