package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.ClientFrame;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.Leaks;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.WsClient;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** No buffer is thrown away unreleased, however a socket began and ended. */
class SocketBuffersTest {

  private static final String KEY = "authorization: Bearer " + Keys.ALICE;
  private static final String SUBMIT = "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{}}";

  static boolean watched() {
    return Leaks.areWatched();
  }

  /** Unreachable buffers are noticed when the next one is made after they were collected. */
  private static void notice() {
    for (int i = 0; i < 3; i++) {
      WeakReference<Object> canary = new WeakReference<>(new Object());
      while (canary.get() != null) {
        System.gc();
      }
      PooledByteBufAllocator.DEFAULT.buffer(1).release();
    }
  }

  @Test
  @EnabledIf("watched")
  void the_watch_sees_a_buffer_that_is_thrown_away() {
    notice();
    PooledByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
    notice();
    assertThat(Leaks.found()).isNotEmpty();
    Leaks.forget();
  }

  @Test
  @EnabledIf("watched")
  void every_buffer_is_released_whatever_happens_to_the_socket() {
    notice();
    Leaks.forget();
    try (Doors doors = new Doors()) {
      for (int way = 0; way < 8; way++) {
        try (RawClient raw = doors.raw()) {
          raw.send(WsClient.request("/v1/ws", KEY));
          leave(doors, WsClient.upgraded(raw, raw.readUntil("\r\n\r\n")), way);
        }
        try (RawClient refused = doors.raw()) {
          refused.send(WsClient.request("/v1/ws") + SUBMIT);
          assertThat(refused.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 401");
        }
      }
      doors.line.until(() -> doors.gauges.read("millrace_connections_open") == 0, () -> {});
    }
    notice();
    assertThat(Leaks.found()).isEmpty();
  }

  private static void leave(Doors doors, WsClient socket, int way) {
    switch (way) {
      case 0 -> socket.frame(WsClient.CLOSE, true, new byte[0]).any();
      case 1 -> socket.raw().send(new byte[] {(byte) 0xFF, 1, 2, 3, 4, 5});
      case 2 -> socket.raw().send(new byte[] {(byte) 0x81});
      case 3 -> socket.frame(WsClient.TEXT, false, new byte[5_000]);
      case 4 -> {
        // Frames that nobody reads, and a connection that is cut beneath them.
        socket.raw().readSlowly();
        socket.send(SUBMIT).message();
        FakeStream stream = doors.line.next();
        for (int i = 0; i < 200; i++) {
          stream.say("x".repeat(60_000));
        }
      }
      case 5 -> socket.frame(WsClient.PING, true, new byte[125]).any();
      case 6 -> {
        byte[] frame = ClientFrame.text(SUBMIT, 77);
        socket.raw().send(frame).send(java.util.Arrays.copyOf(frame, 9));
        socket.message();
      }
      default -> socket.send("x".repeat(70_000)).closed();
    }
  }
}
