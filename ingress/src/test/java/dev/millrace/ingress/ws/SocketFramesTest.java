package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.WsClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the frames themselves may be (RFC 6455): the right close status for each fault. */
class SocketFramesTest {

  private static final byte[] SUBMIT =
      "{\"op\":\"submit\",\"model\":\"sim\",\"input\":{\"x\":\"grüße\"}}"
          .getBytes(StandardCharsets.UTF_8);

  private final Doors doors = new Doors();
  private final WsClient socket = doors.socket();

  @AfterEach
  void close() {
    socket.close();
    doors.close();
  }

  @Test
  void a_message_may_come_in_fragments_cut_anywhere() {
    socket.frame(WsClient.TEXT, false, new byte[0]);
    for (byte each : SUBMIT) {
      socket.frame(0, false, new byte[] {each});
    }
    socket.frame(WsClient.PING, true, new byte[] {1});
    socket.frame(0, true, new byte[0]);
    assertThat(socket.any().opcode()).isEqualTo(WsClient.PONG);
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
  }

  @Test
  void a_message_of_the_largest_size_is_taken() {
    String padding = " ".repeat((64 << 10) - SUBMIT.length);
    socket.send(new String(SUBMIT, StandardCharsets.UTF_8) + padding);
    assertThat(socket.message().get("op").asString()).isEqualTo("ack");
  }

  @Test
  void a_frame_that_is_too_large_is_closed_with_1009() {
    socket.send(" ".repeat((64 << 10) + 1));
    assertThat(socket.closed()).isEqualTo(1_009);
  }

  @Test
  void a_frame_that_only_says_it_is_too_large_is_closed_with_1009() {
    byte[] head =
        ByteBuffer.allocate(14).put((byte) 0x81).put((byte) 0xFF).putLong(1L << 40).array();
    socket.raw().send(head);
    assertThat(socket.closed()).isEqualTo(1_009);
  }

  @Test
  void fragments_that_are_too_large_together_are_closed_with_1009() {
    byte[] part = " ".repeat(40 << 10).getBytes(StandardCharsets.UTF_8);
    socket.frame(WsClient.TEXT, false, part).frame(0, true, part);
    assertThat(socket.closed()).isEqualTo(1_009);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c3", "c328", "eda080", "f5808080", "c080", "ff", "e282"})
  void a_text_that_is_no_utf_8_is_closed_with_1007(String hex) {
    socket.frame(WsClient.TEXT, true, java.util.HexFormat.of().parseHex(hex));
    assertThat(socket.closed()).isEqualTo(1_007);
  }

  @Test
  void a_binary_message_is_closed_with_1003() {
    socket.frame(WsClient.BINARY, true, new byte[] {1});
    assertThat(socket.closed()).isEqualTo(1_003);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 11, 15})
  void an_opcode_that_does_not_exist_is_closed_with_1002(int opcode) {
    socket.frame(opcode, true, new byte[0]);
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_continuation_of_nothing_is_closed_with_1002() {
    socket.frame(0, true, SUBMIT);
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_text_within_a_text_is_closed_with_1002() {
    socket.frame(WsClient.TEXT, false, SUBMIT).frame(WsClient.TEXT, true, SUBMIT);
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_ping_in_fragments_is_closed_with_1002() {
    socket.frame(WsClient.PING, false, new byte[0]);
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_ping_of_126_bytes_is_closed_with_1002() {
    socket.frame(WsClient.PING, true, new byte[126]);
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void bits_that_mean_nothing_here_are_closed_with_1002() {
    socket.raw().send(new byte[] {(byte) 0xC1, (byte) 0x80, 0, 0, 0, 0});
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_frame_without_a_mask_is_closed_with_1002() {
    socket.raw().send(new byte[] {(byte) 0x81, 2, '{', '}'});
    assertThat(socket.closed()).isEqualTo(1_002);
  }

  @Test
  void a_goodbye_is_returned() {
    socket.frame(WsClient.CLOSE, true, new byte[] {3, (byte) 0xE8});
    assertThat(socket.closed()).isEqualTo(1_000);
    assertThat(socket.raw().readToEnd()).isEmpty();
  }

  @Test
  void after_a_fault_the_next_client_is_served() {
    socket.frame(15, true, new byte[0]);
    assertThat(socket.closed()).isEqualTo(1_002);
    try (WsClient next = doors.socket()) {
      next.frame(WsClient.TEXT, true, SUBMIT);
      assertThat(next.message().get("op").asString()).isEqualTo("ack");
    }
  }
}
