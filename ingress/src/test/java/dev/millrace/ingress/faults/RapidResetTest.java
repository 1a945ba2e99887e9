package dev.millrace.ingress.faults;

import static dev.millrace.ingress.faults.Http2Script.CUT;
import static dev.millrace.ingress.faults.Http2Script.DATA;
import static dev.millrace.ingress.faults.Http2Script.END_HEADERS;
import static dev.millrace.ingress.faults.Http2Script.ENHANCE_YOUR_CALM;
import static dev.millrace.ingress.faults.Http2Script.HEADERS;
import static dev.millrace.ingress.faults.Http2Script.PRIORITY;
import static dev.millrace.ingress.faults.Http2Script.RST_STREAM;
import static dev.millrace.ingress.faults.Http2Script.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.IngressSettings.Connections;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Streams that are opened to be reset: by the client (CVE-2023-44487), or by the node because the
 * client makes it (CVE-2025-8671). Whoever resets, so many are allowed and no more.
 */
class RapidResetTest extends FaultTest {

  private static final int RESETS = Connections.DEFAULT.resets();

  /** Streams that may be open on one connection. */
  private static final int AT_ONCE = 100;

  /** Several times what is allowed. */
  private static final int STREAMS = 3 * RESETS;

  private final AtomicInteger tasks = new AtomicInteger();

  @FunctionalInterface
  private interface Round {
    void play(Http2Script script, int stream);
  }

  private Http2Script.Ending attack(Round round) {
    doors.line.behave(_ -> tasks.incrementAndGet());
    try (Http2Script script = new Http2Script(doors.port())) {
      for (int i = 0; i < STREAMS; i++) {
        round.play(script, 2 * i + 1);
        if (i % 50 == 49 && !script.flush()) {
          break;
        }
      }
      return script.ending();
    }
  }

  private void assertThatItIsEnded(Http2Script.Ending ending) {
    assertThat(ending.error()).isIn(ENHANCE_YOUR_CALM, CUT);
    assertThat(ending.count(RST_STREAM)).isLessThanOrEqualTo(RESETS + 1);
    assertThat(tasks.get()).isLessThanOrEqualTo(RESETS + AT_ONCE);
  }

  @ParameterizedTest
  @EnumSource
  void requests_that_are_taken_back_at_once_end_the_connection(Http2Door door) {
    var ending =
        attack(
            (script, stream) ->
                script.request(stream, door.head(), door.body()).number(RST_STREAM, stream, 8));
    assertThatItIsEnded(ending);
    assertThat(tasks.get()).as("the fault fired").isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void heads_that_are_taken_back_at_once_end_the_connection(Http2Door door) {
    assertThatItIsEnded(
        attack(
            (script, stream) ->
                script
                    .frame(HEADERS, END_HEADERS, stream, door.head())
                    .number(RST_STREAM, stream, 8)));
    assertThat(tasks.get()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void a_window_that_is_opened_by_nothing_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script.request(stream, door.head(), door.body()).number(WINDOW_UPDATE, stream, 0)));
  }

  @ParameterizedTest
  @EnumSource
  void a_window_that_is_opened_too_wide_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script
                    .request(stream, door.head(), door.body())
                    .number(WINDOW_UPDATE, stream, Integer.MAX_VALUE)));
  }

  @ParameterizedTest
  @EnumSource
  void data_behind_the_end_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script
                    .request(stream, door.head(), door.body())
                    .frame(DATA, 0, stream, door.body())));
  }

  @ParameterizedTest
  @EnumSource
  void a_head_behind_the_end_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script
                    .request(stream, door.head(), door.body())
                    .frame(HEADERS, END_HEADERS, stream, door.head())));
  }

  @ParameterizedTest
  @EnumSource
  void a_stream_that_depends_on_itself_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script
                    .request(stream, door.head(), door.body())
                    .frame(PRIORITY, 0, stream, ByteBuffer.allocate(5).putInt(stream).array())));
  }

  @ParameterizedTest
  @EnumSource
  void a_priority_of_another_length_makes_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack(
            (script, stream) ->
                script
                    .request(stream, door.head(), door.body())
                    .frame(PRIORITY, 0, stream, new byte[4])));
  }

  @ParameterizedTest
  @EnumSource
  void more_streams_than_allowed_make_resets_that_are_counted(Http2Door door) {
    assertThatTheNodeResets(
        attack((script, stream) -> script.frame(HEADERS, END_HEADERS, stream, door.head())));
    assertThat(tasks.get()).isZero();
  }

  private void assertThatTheNodeResets(Http2Script.Ending ending) {
    assertThatItIsEnded(ending);
    assertThat(ending.count(RST_STREAM)).as("the fault fired").isPositive();
  }

  @Test
  void a_client_that_takes_back_fewer_than_allowed_keeps_its_connection() {
    try (Http2Script script = new Http2Script(doors.port())) {
      byte[] head = Http2Door.REST.head();
      for (int i = 0; i < RESETS / 2; i++) {
        script.frame(HEADERS, END_HEADERS, 2 * i + 1, head).number(RST_STREAM, 2 * i + 1, 8);
      }
      int last = RESETS + 1;
      script.request(last, Http2Script.post("/v1/tasks"), ascii(SUBMIT)).flush();
      Http2Script.Frame frame = script.next();
      while (frame.stream() != last || frame.type() != HEADERS) {
        assertThat(frame.type()).isNotEqualTo(Http2Script.GOAWAY);
        frame = script.next();
      }
    }
  }
}
