package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsDecoderTest {

  private final List<String> frames = new ArrayList<>();
  private final WsDecoder decoder = new WsDecoder();

  private static void write(ByteArrayOutputStream out, int opcode, byte[] payload) {
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(payload.length);
    } else if (payload.length < 65_536) {
      out.write(126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(payload);
  }

  private void collect(int opcode, byte[] bytes, int from, int length) {
    frames.add(opcode + ":" + new String(bytes, from, length, UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 125, 126, 127, 4_000, 1_000_000})
  void frames_of_every_size_are_the_same_however_the_socket_cuts_them(int step) throws BadPeer {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> expected = new ArrayList<>();
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 125, 126, 127, 300, 65_535, 65_536, 5}) {
      String text = Integer.toString(random.nextInt(10)).repeat(size);
      expected.add("1:" + text);
      write(out, WsFrames.TEXT, text.getBytes(UTF_8));
    }
    byte[] bytes = out.toByteArray();
    int pace = step < 7 ? step * 500 + 1 : step;
    for (int at = 0; at < bytes.length; at += pace) {
      decoder.feed(bytes, at, Math.min(bytes.length, at + pace), this::collect);
    }
    assertThat(frames).isEqualTo(expected);
  }

  @Test
  void a_header_may_come_byte_by_byte() throws BadPeer {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, WsFrames.TEXT, "x".repeat(130).getBytes(UTF_8));
    write(out, WsFrames.PING, "p".getBytes(UTF_8));
    byte[] bytes = out.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      decoder.feed(bytes, at, at + 1, this::collect);
    }
    assertThat(frames).containsExactly("1:" + "x".repeat(130), "9:p");
  }

  @Test
  void what_this_protocol_does_not_allow_is_named() {
    assertThatThrownBy(() -> decoder.feed(new byte[] {0x01, 0}, 0, 2, this::collect))
        .hasMessageContaining("found a fragment");
    assertThatThrownBy(() -> decoder.feed(new byte[] {(byte) 0xc1, 0}, 0, 2, this::collect))
        .hasMessageContaining("extension bits");
    assertThatThrownBy(
            () -> decoder.feed(new byte[] {(byte) 0x81, (byte) 0x80}, 0, 2, this::collect))
        .hasMessageContaining("masked");
    byte[] huge = {(byte) 0x81, 127, 0, 0, 0, 0, 0x7f, 0, 0, 0};
    assertThatThrownBy(() -> decoder.feed(huge, 0, huge.length, this::collect))
        .hasMessageContaining("found a frame of 2130706432 bytes, expected at most 1048576");
  }
}
