package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.ClientFrame;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/**
 * What a WebSocket must do with every odd frame: after the cases 1 to 10 of the Autobahn test suite
 * (its numbers in brackets), as far as a door for JSON texts has them.
 */
class SocketCasesTest extends FaultTest {

  private static final int CONTINUATION = 0;
  private static final byte[] NOTHING = {};
  private static final byte[] TEXT = ascii("{\"op\":\"submit\",\"ref\":\"1\",\"model\":\"sim\"}");

  /** Plays on a socket of its own; the status with which it is closed. */
  private int closedBy(Consumer<WsClient> play) {
    try (WsClient socket = doors.socket()) {
      play.accept(socket);
      return socket.closed();
    }
  }

  /** Plays on a socket of its own, which must go on as if nothing had been. */
  private void goesOnAfter(Consumer<WsClient> play) {
    try (WsClient socket = doors.socket()) {
      play.accept(socket);
      socket.frame(WsClient.TEXT, true, TEXT);
      WsClient.Frame frame = socket.next();
      while (!frame.text().contains("\"ack\"")) {
        assertThat(frame.opcode()).isNotEqualTo(WsClient.CLOSE);
        frame = socket.next();
      }
    }
  }

  @Test
  void texts_of_every_length_are_answered() { // 1.1
    for (int length : new int[] {0, 1, 125, 126, 127, 128, 65_000, 65_535, 65_536}) {
      goesOnAfter(socket -> socket.frame(WsClient.TEXT, true, ascii("x".repeat(length))));
    }
  }

  @Test
  void pings_are_returned_byte_for_byte_and_in_order() { // 2.1 - 2.4, 2.6, 2.10, 2.11
    try (WsClient socket = doors.socket()) {
      Random random = new Random(2);
      for (int length : new int[] {0, 1, 5, 124, 125}) {
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        socket.frame(WsClient.PING, true, payload);
        assertThat(socket.any().payload()).isEqualTo(payload);
      }
      for (byte i = 0; i < 10; i++) {
        socket.frame(WsClient.PING, true, new byte[] {i});
      }
      for (byte i = 0; i < 10; i++) {
        assertThat(socket.any()).usingRecursiveComparison().isEqualTo(pong(i));
      }
    }
  }

  private static WsClient.Frame pong(byte payload) {
    return new WsClient.Frame(WsClient.PONG, new byte[] {payload});
  }

  @Test
  void pongs_that_nobody_asked_for_are_passed_over() { // 2.7 - 2.9
    goesOnAfter(
        socket ->
            socket
                .frame(WsClient.PONG, true, NOTHING)
                .frame(WsClient.PONG, true, ascii("unsolicited")));
  }

  @Test
  void a_control_frame_that_is_too_long_is_1002() { // 2.5, 7.3.6
    for (int opcode : new int[] {WsClient.PING, WsClient.PONG, WsClient.CLOSE}) {
      assertThat(closedBy(socket -> socket.frame(opcode, true, new byte[126]))).isEqualTo(1_002);
    }
  }

  @Test
  void each_bit_without_a_meaning_is_1002() { // 3
    for (int bits = 1; bits <= 7; bits++) {
      for (int opcode : new int[] {CONTINUATION, WsClient.TEXT, WsClient.PING, WsClient.CLOSE}) {
        byte first = (byte) (0x80 | bits << 4 | opcode);
        assertThat(
                closedBy(socket -> socket.raw().send(new byte[] {first, (byte) 0x80, 0, 0, 0, 0})))
            .as("bits %d, opcode %d", bits, opcode)
            .isEqualTo(1_002);
      }
    }
  }

  @Test
  void each_opcode_without_a_meaning_is_1002() { // 4
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      for (int length : new int[] {0, 1, 125}) {
        assertThat(closedBy(socket -> socket.frame(opcode, true, new byte[length])))
            .as("opcode %d, %d bytes", opcode, length)
            .isEqualTo(1_002);
      }
    }
  }

  @Test
  void fragments_out_of_their_order_are_1002() { // 5.1, 5.2, 5.9 - 5.18
    assertThat(closedBy(socket -> socket.frame(WsClient.PING, false, NOTHING))).isEqualTo(1_002);
    assertThat(closedBy(socket -> socket.frame(WsClient.PONG, false, NOTHING))).isEqualTo(1_002);
    assertThat(closedBy(socket -> socket.frame(CONTINUATION, true, TEXT))).isEqualTo(1_002);
    assertThat(closedBy(socket -> socket.frame(CONTINUATION, false, TEXT))).isEqualTo(1_002);
    assertThat(
            closedBy(
                socket ->
                    socket.frame(WsClient.TEXT, false, TEXT).frame(WsClient.TEXT, true, TEXT)))
        .isEqualTo(1_002);
    assertThat(
            closedBy(
                socket -> socket.frame(WsClient.TEXT, true, TEXT).frame(CONTINUATION, true, TEXT)))
        .isEqualTo(1_002);
  }

  @Test
  void control_frames_may_stand_between_fragments() { // 5.3 - 5.8, 5.19, 5.20
    goesOnAfter(
        socket -> {
          socket.frame(WsClient.TEXT, false, ascii("{\"op\":\"fly\""));
          socket.frame(WsClient.PING, true, ascii("between"));
          assertThat(socket.any().opcode()).isEqualTo(WsClient.PONG);
          socket.frame(CONTINUATION, false, NOTHING);
          socket.frame(WsClient.PONG, true, NOTHING);
          socket.frame(CONTINUATION, true, ascii("}"));
          assertThat(socket.message().get("op").asString()).isEqualTo("error");
        });
  }

  @Test
  void a_character_may_be_cut_between_fragments() { // 6.2
    byte[] text = "{\"op\":\"κόσμε😀\"}".getBytes(StandardCharsets.UTF_8);
    goesOnAfter(
        socket -> {
          for (int i = 0; i < text.length; i++) {
            int opcode = i == 0 ? WsClient.TEXT : CONTINUATION;
            socket.frame(opcode, i == text.length - 1, new byte[] {text[i]});
          }
        });
  }

  @Test
  void text_that_is_no_utf_8_is_1007() { // 6.3, 6.4, 6.6 - 6.22
    for (String hex :
        new String[] {
          "cebae1bdb9cf83cebcceb5eda080656469746564",
          "80",
          "bf",
          "8080",
          "c0",
          "c020",
          "c080",
          "c1bf",
          "e08080",
          "e09fbf",
          "e28022",
          "eda080",
          "edbfbf",
          "eda080edb080",
          "f08080af",
          "f08fbfbf",
          "f4908080",
          "f5808080",
          "f888808080",
          "fc8480808080",
          "fe",
          "ff",
          "fefeffff",
          "ce",
          "f09f98"
        }) {
      byte[] bad = HexFormat.of().parseHex(hex);
      assertThat(closedBy(socket -> socket.frame(WsClient.TEXT, true, bad)))
          .as(hex)
          .isEqualTo(1_007);
      assertThat(
              closedBy(
                  socket ->
                      socket.frame(WsClient.TEXT, false, bad).frame(CONTINUATION, true, NOTHING)))
          .as(hex)
          .isEqualTo(1_007);
    }
  }

  private static byte[] goodbye(int status, byte[] reason) {
    return ByteBuffer.allocate(2 + reason.length).putShort((short) status).put(reason).array();
  }

  @Test
  void a_goodbye_that_may_be_said_is_returned() { // 7.1, 7.5, 7.7, 7.13
    for (int status :
        new int[] {1_000, 1_001, 1_002, 1_003, 1_007, 1_011, 1_013, 3_000, 3_999, 4_000, 4_999}) {
      byte[] whole = goodbye(status, ascii("x".repeat(123)));
      assertThat(closedBy(socket -> socket.frame(WsClient.CLOSE, true, whole))).isEqualTo(status);
    }
    try (WsClient socket = doors.socket()) {
      socket.frame(WsClient.CLOSE, true, NOTHING);
      assertThat(socket.any().payload()).isEmpty();
      assertThat(socket.raw().readToEnd()).isEmpty();
    }
  }

  @Test
  void a_goodbye_that_may_not_be_said_is_1002() { // 7.3.2, 7.9
    assertThat(closedBy(socket -> socket.frame(WsClient.CLOSE, true, new byte[] {3})))
        .isEqualTo(1_002);
    for (int status :
        new int[] {
          0, 1, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 1_100, 2_000, 2_999, 5_000, 65_535
        }) {
      assertThat(closedBy(socket -> socket.frame(WsClient.CLOSE, true, goodbye(status, NOTHING))))
          .as("status %d", status)
          .isEqualTo(1_002);
    }
  }

  @Test
  void a_reason_that_is_no_utf_8_is_1007() { // 7.5.1
    byte[] bad = goodbye(1_000, HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5eda080656469"));
    assertThat(closedBy(socket -> socket.frame(WsClient.CLOSE, true, bad))).isEqualTo(1_007);
  }

  @Test
  void nothing_is_read_after_a_goodbye() { // 7.1.2 - 7.1.6
    try (WsClient socket = doors.socket()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(ClientFrame.of(WsClient.CLOSE, true, goodbye(1_000, NOTHING), 7));
      all.writeBytes(ClientFrame.of(WsClient.TEXT, true, TEXT, 7));
      all.writeBytes(ClientFrame.of(WsClient.PING, true, NOTHING, 7));
      all.writeBytes(ClientFrame.of(WsClient.CLOSE, true, goodbye(1_000, NOTHING), 7));
      socket.raw().send(all.toByteArray());
      assertThat(socket.closed()).isEqualTo(1_000);
      assertThat(socket.raw().readToEnd()).isEmpty();
    }
    assertThat(doors.line.nothingAccepted()).isFalse(); // the honest client's; none of this one
  }

  @Test
  void lengths_that_lie_are_1002_or_1009() { // 9
    byte[] text = {(byte) 0x81};
    for (String length : new String[] {"fe007d", "ff000000000000ffff", "ff8000000000000000"}) {
      assertThat(closedBy(socket -> socket.raw().send(text).send(HexFormat.of().parseHex(length))))
          .as(length)
          .isEqualTo(1_002);
    }
    for (String length : new String[] {"ff0000000000010001", "ff7fffffffffffffff"}) {
      assertThat(closedBy(socket -> socket.raw().send(text).send(HexFormat.of().parseHex(length))))
          .as(length)
          .isEqualTo(1_009);
    }
  }

  @Test
  void compression_is_not_agreed_on_and_a_compressed_bomb_is_1002() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bomb)) {
      out.write(new byte[6 << 20]);
    }
    String[] headers = {
      "authorization: Bearer " + Keys.ALICE,
      "sec-websocket-extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"
    };
    try (WsClient socket = WsClient.open(doors.port(), "/v1/ws", headers)) {
      assertThat(socket.status()).isEqualTo(101);
      assertThat(socket.answer().toLowerCase(java.util.Locale.ROOT)).doesNotContain("extensions");
      long before = allocated();
      byte[] frame = ClientFrame.of(WsClient.TEXT, true, bomb.toByteArray(), 7);
      frame[0] |= 0x40;
      socket.raw().send(frame);
      assertThat(socket.closed()).isEqualTo(1_002);
      assertThatLittleWasAllocated(before, 1 << 20);
    }
  }

  @Test
  void fragments_without_end_are_1009_though_they_hold_nothing() {
    for (byte[] fragment : new byte[][] {NOTHING, {' '}}) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.writeBytes(ClientFrame.of(WsClient.TEXT, false, fragment, 7));
      byte[] next = ClientFrame.of(CONTINUATION, false, fragment, 7);
      for (int i = 0; i < 20_000; i++) {
        flood.writeBytes(next);
      }
      assertThat(closedBy(socket -> socket.raw().send(flood.toByteArray()))).isEqualTo(1_009);
    }
  }

  @Test
  void a_message_in_many_tiny_fragments_is_one_message() {
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    flood.writeBytes(ClientFrame.of(WsClient.TEXT, false, NOTHING, 7));
    byte[] space = ClientFrame.of(CONTINUATION, false, new byte[] {' '}, 7);
    for (int i = 0; i < 10_000; i++) {
      flood.writeBytes(space);
    }
    flood.writeBytes(ClientFrame.of(CONTINUATION, true, TEXT, 7));
    try (WsClient socket = doors.socket()) {
      socket.raw().send(flood.toByteArray());
      assertThat(socket.message().get("op").asString()).isEqualTo("ack");
    }
  }
}
