package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {

  private static final String END =
      "{\"op\":\"event\",\"ref\":\"17\",\"task\":\"tsk_01J\",\"seq\":9,\"kind\":\"end\","
          + "\"state\":\"succeeded\",\"usage\":{\"a\":[1,{\"seq\":3}]},\"labels\":[]}";

  private final Frame frame = new Frame();

  private boolean scan(String json) {
    byte[] bytes = ("###" + json + "###").getBytes(StandardCharsets.UTF_8);
    return new FrameScanner().scan(bytes, 3, bytes.length - 6, frame);
  }

  @Test
  void an_ack_is_read() {
    assertThat(scan("{\"op\":\"ack\",\"ref\":\"17\",\"task\":\"t\",\"durability\":\"fsync\"}"))
        .isTrue();
    assertThat(frame.op).isEqualTo(Frame.Op.ACK);
    assertThat(frame.ref).isEqualTo(17);
    assertThat(frame.seq).isEqualTo(Frame.NONE);
  }

  @Test
  void an_end_is_read_past_its_nested_members() {
    assertThat(scan(END)).isTrue();
    assertThat(frame.op).isEqualTo(Frame.Op.EVENT);
    assertThat(frame.kind).isEqualTo(Frame.Kind.END);
    assertThat(frame.seq).isEqualTo(9);
    assertThat(frame.state.orElse("none")).isEqualTo("succeeded");
  }

  @Test
  void text_that_looks_like_members_is_not_taken_for_them() {
    assertThat(
            scan(
                "{\"text\":\"\\\",\\\"seq\\\":5,\\\\\",\"seq\":4,\"kind\":\"token\","
                    + "\"op\":\"event\",\"ref\":\"1\",\"x\":\"seq\"}"))
        .isTrue();
    assertThat(frame.seq).isEqualTo(4);
    assertThat(frame.kind).isEqualTo(Frame.Kind.TOKEN);
  }

  @Test
  void blanks_and_any_order_are_allowed() {
    assertThat(scan(" {\n \"code\" : \"overloaded\" ,\"ref\":\"3\", \"op\" :\t\"busy\" } "))
        .isTrue();
    assertThat(frame.op).isEqualTo(Frame.Op.BUSY);
    assertThat(frame.code.orElse("none")).isEqualTo("overloaded");
  }

  @Test
  void nothing_of_the_frame_before_is_left() {
    scan(END);
    assertThat(scan("{}")).isTrue();
    assertThat(frame.op).isEqualTo(Frame.Op.OTHER);
    assertThat(frame.ref).isEqualTo(Frame.NONE);
    assertThat(frame.state.orElse("none")).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"abc\"", "\"1x\"", "\"\"", "-4", "1e3", "\"1234567890123456789\""})
  void a_reference_that_is_none_of_ours_is_none(String ref) {
    assertThat(scan("{\"op\":\"ack\",\"ref\":" + ref + "}")).isTrue();
    assertThat(frame.ref).isEqualTo(Frame.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"op\"",
        "{\"op\":",
        "{\"op\":}",
        "{\"op\":\"ack\"",
        "{\"op\":\"ack",
        "{\"op\":\"ack\\",
        "{\"a\":{\"b\":1}",
        "{\"a\":[1,2}",
        "{\"op\":\"ack\"}}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,}",
        "null"
      })
  void what_is_no_object_is_refused(String json) {
    assertThat(scan(json)).isFalse();
  }

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damaged_bytes_never_lead_it_outside(int seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = END.getBytes(StandardCharsets.UTF_8);
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) "{}[]\",:\\x \u0001".charAt(random.nextInt(11));
      }
      int from = random.nextInt(bytes.length);
      new FrameScanner().scan(bytes, from, random.nextInt(bytes.length - from + 1), frame);
      frame.state.orElse("none");
    }
  }
}
