package dev.millrace.ingress.faults;

import static dev.millrace.ingress.faults.Http2Script.CONTINUATION;
import static dev.millrace.ingress.faults.Http2Script.CUT;
import static dev.millrace.ingress.faults.Http2Script.DATA;
import static dev.millrace.ingress.faults.Http2Script.END_HEADERS;
import static dev.millrace.ingress.faults.Http2Script.ENHANCE_YOUR_CALM;
import static dev.millrace.ingress.faults.Http2Script.HEADERS;
import static dev.millrace.ingress.faults.Http2Script.PING;
import static dev.millrace.ingress.faults.Http2Script.PRIORITY;
import static dev.millrace.ingress.faults.Http2Script.PROTOCOL_ERROR;
import static dev.millrace.ingress.faults.Http2Script.RST_STREAM;
import static dev.millrace.ingress.faults.Http2Script.SETTINGS;
import static dev.millrace.ingress.faults.Http2Script.WINDOW_UPDATE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Frames that ask for nothing, in floods: continuations without an end, pings, settings and the
 * rest. The one port serves REST and gRPC alike, and so does the watch on its connections.
 */
class IdleFramesTest extends FaultTest {

  private static final int FLOOD = 100_000;
  private static final int UNKNOWN = 77;
  private static final byte[] EIGHT = new byte[8];

  private Http2Script.Ending flood(
      int most, Consumer<Http2Script> begin, Consumer<Http2Script> each) {
    try (Http2Script script = new Http2Script(doors.port())) {
      begin.accept(script);
      for (int i = 0; i < most; i++) {
        each.accept(script);
        if (i % 200 == 199 && !script.flush()) {
          break;
        }
      }
      return script.ending();
    }
  }

  private void assertThatItIsCutOff(Consumer<Http2Script> each) {
    var ending = flood(FLOOD, _ -> {}, each);
    assertThat(ending.error()).isIn(ENHANCE_YOUR_CALM, CUT);
    assertThat(ending.count(PING)).isLessThan(4_000);
  }

  @ParameterizedTest
  @EnumSource
  void continuations_of_nothing_end_the_connection(Http2Door door) {
    var ending =
        flood(
            FLOOD,
            script -> script.frame(HEADERS, 0, 1, door.head()),
            script -> script.frame(CONTINUATION, 0, 1, new byte[0]));
    assertThat(ending.error()).isIn(ENHANCE_YOUR_CALM, CUT);
    assertThat(ending.count(HEADERS)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void continuations_of_a_few_bytes_end_the_connection(Http2Door door) {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    Http2Script.header(small, "a", "b");
    var ending =
        flood(
            FLOOD,
            script -> script.frame(HEADERS, 0, 1, door.head()),
            script -> script.frame(CONTINUATION, 0, 1, small.toByteArray()));
    assertThat(ending.error()).isIn(ENHANCE_YOUR_CALM, CUT);
  }

  @ParameterizedTest
  @EnumSource
  void a_head_that_grows_without_end_ends_the_connection(Http2Door door) {
    ByteArrayOutputStream large = new ByteArrayOutputStream();
    Http2Script.header(large, "a", "b".repeat(8_000));
    var ending =
        flood(
            10_000,
            script -> script.frame(HEADERS, 0, 1, door.head()),
            script -> script.frame(CONTINUATION, 0, 1, large.toByteArray()));
    assertThat(ending.error()).isIn(PROTOCOL_ERROR, ENHANCE_YOUR_CALM, CUT);
  }

  @Test
  void a_small_head_that_stands_for_a_large_one_is_refused() {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes(Http2Door.REST.head());
    // One header of 3 KB into the table (RFC 7541, 6.2.1), then 8,000 times its number: 24 MB.
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    Http2Script.header(entry, "a", "b".repeat(3_000));
    byte[] indexed = entry.toByteArray();
    indexed[0] = 0x40;
    bomb.writeBytes(indexed);
    for (int i = 0; i < 8_000; i++) {
      bomb.write(0x80 | 62);
    }
    try (Http2Script script = new Http2Script(doors.port())) {
      script.frame(HEADERS, END_HEADERS, 1, bomb.toByteArray()).flush();
      Http2Script.Frame frame = script.next();
      while (frame.stream() != 1) {
        frame = script.next();
      }
      assertThat(new String(frame.payload(), US_ASCII)).contains("431");
      assertThat(script.next().type()).isEqualTo(RST_STREAM);
    }
  }

  @Test
  void empty_data_without_end_ends_the_connection() {
    var ending =
        flood(
            10_000,
            script -> script.frame(HEADERS, END_HEADERS, 1, Http2Door.GRPC.head()),
            script -> script.frame(DATA, 0, 1, new byte[0]));
    assertThat(ending.error()).isIn(ENHANCE_YOUR_CALM, CUT);
  }

  @Test
  void pings_in_a_flood_end_the_connection() {
    assertThatItIsCutOff(script -> script.frame(PING, 0, 0, EIGHT));
  }

  @Test
  void settings_in_a_flood_end_the_connection() {
    assertThatItIsCutOff(script -> script.frame(SETTINGS, 0, 0, new byte[0]));
  }

  @Test
  void priorities_in_a_flood_end_the_connection() {
    assertThatItIsCutOff(script -> script.frame(PRIORITY, 0, 1, new byte[5]));
  }

  @Test
  void windows_opened_in_a_flood_end_the_connection() {
    assertThatItIsCutOff(script -> script.number(WINDOW_UPDATE, 0, 1));
  }

  @Test
  void frames_of_no_type_in_a_flood_end_the_connection() {
    assertThatItIsCutOff(script -> script.frame(UNKNOWN, 0, 0, EIGHT));
  }

  @Test
  void a_client_that_pings_now_and_then_keeps_its_connection_for_ever() {
    try (Http2Script script = new Http2Script(doors.port())) {
      int pongs = 0;
      for (int i = 0; i < 100; i++) {
        for (int j = 0; j < 50; j++) {
          script.frame(PING, 0, 0, ByteBuffer.allocate(8).putLong(j).array());
        }
        script.flush();
        for (int j = 0; j < 50; ) {
          Http2Script.Frame frame = script.next();
          assertThat(frame.type()).isIn(PING, SETTINGS);
          j += frame.type() == PING ? 1 : 0;
        }
        pongs += 50;
        doors.clock.advance(Duration.ofSeconds(3));
      }
      assertThat(pongs).isEqualTo(5_000);
    }
  }

  @Test
  void a_head_whose_continuation_does_not_come_is_given_up() {
    try (Http2Script script = new Http2Script(doors.port())) {
      script.frame(HEADERS, 0, 1, Http2Door.REST.head()).flush();
      assertThat(script.next().type()).isEqualTo(SETTINGS);
      honest.isServed();
      doors.clock.advance(Duration.ofSeconds(11));
      script.ending();
    }
  }

  @Test
  void a_preface_that_does_not_come_is_given_up() {
    try (RawClient client = new RawClient(doors.port())) {
      client.send("PRI * HTTP/2.0\r\n\r\nS");
      honest.isServed();
      doors.clock.advance(Duration.ofSeconds(11));
      client.readToEnd();
    }
  }
}
