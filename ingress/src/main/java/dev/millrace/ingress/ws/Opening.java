package dev.millrace.ingress.ws;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a WebSocket: what it must say before anybody decides on it, and the answer to it
 * (RFC 6455, 4.2). Pure.
 *
 * @param query without its question mark, or null
 */
record Opening(String method, boolean http11, @Nullable String query, Headers headers) {

  /** A request's headers. */
  @FunctionalInterface
  interface Headers {

    /** All values that were sent under a name. */
    List<String> all(String lowerCaseName);
  }

  /** Why it is no request for a WebSocket that can be answered. */
  record Fault(int httpStatus, Problem problem) {}

  static final int UPGRADE_REQUIRED = 426;
  static final int METHOD_NOT_ALLOWED = 405;
  static final String VERSION = "13";
  private static final int BAD_REQUEST = 400;
  private static final int KEY_BYTES = 16;
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** The one value of a header; null where there is none, or several. */
  @Nullable String header(String name) {
    List<String> values = headers.all(name);
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** What is wrong with it, or null. */
  @Nullable Fault fault() {
    if (!method.equals("GET")) {
      return fault(METHOD_NOT_ALLOWED, "this method is not served here (expected: GET)");
    }
    if (!http11 || !lists("upgrade", "websocket")) {
      return fault(UPGRADE_REQUIRED, "no WebSocket asked for (expected: upgrade: websocket)");
    }
    if (!VERSION.equals(header("sec-websocket-version"))) {
      return fault(UPGRADE_REQUIRED, "this version of WebSocket (expected: " + VERSION + ")");
    }
    if (!lists("connection", "upgrade")) {
      return fault("connection", "no upgrade", "upgrade");
    }
    if (!isKey(header("sec-websocket-key"))) {
      return fault("sec-websocket-key", "no such key", "16 bytes in Base64");
    }
    return hasBody() ? fault("content-length", "a body", "none") : null;
  }

  private static Fault fault(int httpStatus, String message) {
    return new Fault(httpStatus, Problem.of(ErrorCode.UNSUPPORTED, message));
  }

  private static Fault fault(String header, String found, String expected) {
    return new Fault(BAD_REQUEST, Problem.invalid(header, found, expected));
  }

  /** What came behind the head would be a body to one reader and frames to another. */
  private boolean hasBody() {
    List<String> lengths = headers.all("content-length");
    return !headers.all("transfer-encoding").isEmpty()
        || !lengths.isEmpty() && !lengths.equals(List.of("0"));
  }

  private boolean lists(String header, String token) {
    for (String line : headers.all(header)) {
      for (String each : line.split(",", -1)) {
        if (each.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** The answer that opens the socket. The receiver releases it. */
  ByteBuf answer() {
    StringBuilder head = new StringBuilder(192);
    head.append(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n");
    if (lists("sec-websocket-protocol", SocketDoor.PROTOCOL)) {
      head.append("sec-websocket-protocol: ").append(SocketDoor.PROTOCOL).append("\r\n");
    }
    head.append("sec-websocket-accept: ").append(proof()).append("\r\n\r\n");
    return Unpooled.wrappedBuffer(head.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private String proof() {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // as the protocol has it
      byte[] text = (header("sec-websocket-key") + GUID).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(sha1.digest(text));
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }
}
