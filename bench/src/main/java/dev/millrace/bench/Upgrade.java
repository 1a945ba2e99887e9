package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opening handshake (RFC 6455, 4.1), the same for all sessions of a run. */
final class Upgrade {

  static final String PATH = "/v1/ws";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ByteBuf request;
  private final String accept;

  Upgrade(String authority, @Nullable String key) {
    byte[] nonce = new byte[16];
    new SecureRandom().nextBytes(nonce);
    String challenge = Base64.getEncoder().encodeToString(nonce);
    accept = acceptFor(challenge);
    String text =
        "GET "
            + PATH
            + " HTTP/1.1\r\nHost: "
            + authority
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
            + "\r\nSec-WebSocket-Protocol: millrace.v1\r\nSec-WebSocket-Key: "
            + challenge
            + (key == null ? "" : "\r\nAuthorization: Bearer " + key)
            + "\r\n\r\n";
    request = StaticBytes.of(text.getBytes(US_ASCII));
  }

  ByteBuf request() {
    return request.duplicate();
  }

  /** Null when the server took the upgrade, else why not. */
  @Nullable String refusal(HttpResponseParser answer) {
    if (answer.status() != 101) {
      return "http " + answer.status();
    }
    return accept.equals(answer.accept()) ? null : "wrong Sec-WebSocket-Accept";
  }

  static String acceptFor(String challenge) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest((challenge + GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-1", impossible);
    }
  }
}
