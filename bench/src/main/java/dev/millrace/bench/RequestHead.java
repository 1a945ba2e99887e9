package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/** The head of an HTTP/1.1 request as it goes over the wire. For set-up, not for speed. */
final class RequestHead {

  private static final String END = "\r\n";

  private final String authority;
  private final @Nullable String key;

  /**
   * @param authority host and port
   */
  RequestHead(String authority, @Nullable String key) {
    this.authority = authority;
    this.key = key;
  }

  /**
   * Of a request with a JSON body.
   *
   * @param durability for a door that takes it as a header, else null
   */
  byte[] post(String path, int contentLength, @Nullable String durability) {
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(path).append(" HTTP/1.1").append(END);
    head.append("Content-Type: application/json").append(END);
    head.append("Content-Length: ").append(contentLength).append(END);
    if (durability != null) {
      head.append("x-millrace-durability: ").append(durability).append(END);
    }
    return head.append(common()).toString().getBytes(US_ASCII);
  }

  /** What follows the path of a GET that asks for a stream of events. */
  byte[] behindPathOfStream() {
    return (" HTTP/1.1\r\nAccept: text/event-stream" + END + common()).getBytes(US_ASCII);
  }

  private String common() {
    String authorization = key == null ? "" : "Authorization: Bearer " + key + END;
    return "Host: " + authority + END + authorization + END;
  }
}
