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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** No buffer is thrown away unreleased, however a socket began and ended. */
class SocketBuffersTest {

  private static final String KEY = "authorization: Bearer " + Keys.ALICE;
  private static final String SUBMIT = "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{}}";

  private static final int MOST_TRIES = 500;
  private static int canaries;

  static boolean watched() {
    return Leaks.areWatched();
  }

  /**
   * What was thrown away so far. It is noticed when a buffer is made after the collector has told
   * of it, some time after its run: so one is thrown away on purpose, and waited for.
   */
  private static List<String> thrownAway() {
    String canary = "canary " + ++canaries;
    PooledByteBufAllocator.DEFAULT.buffer(16).touch(canary);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      System.gc();
      PooledByteBufAllocator.DEFAULT.buffer(16).release();
      if (Leaks.found().stream().anyMatch(leak -> leak.contains(canary))) {
        return Leaks.found().stream().filter(leak -> !leak.contains("canary ")).toList();
      }
    }
    throw new AssertionError("a buffer that was thrown away was not noticed");
  }

  @Test
  @EnabledIf("watched")
  void every_buffer_is_released_whatever_happens_to_the_socket() {
    int before = thrownAway().size();
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
    thrownAway();
    assertThat(thrownAway()).as("the new ones are the last").hasSize(before);
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
        socket.raw().send(frame).send(Arrays.copyOf(frame, 9));
        socket.message();
      }
      default -> socket.send("x".repeat(70_000)).closed();
    }
  }
}
