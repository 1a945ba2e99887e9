package dev.millrace.ingress.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2FramesTest {

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static byte[] frame(int type, int flags, int length) {
    return ByteBuffer.allocate(9 + length)
        .putShort((short) (length >> 8))
        .put((byte) length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(1)
        .array();
  }

  private static void read(Http2Frames frames, byte[] bytes, int from, int to) {
    frames.look(Unpooled.wrappedBuffer(bytes, from, to - from));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void any_frames_in_any_pieces_are_seen_once_each(long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int type = random.nextInt(12);
      int flags = random.nextInt(256);
      sent.add(type + " " + flags);
      all.writeBytes(frame(type, flags, random.nextInt(4) == 0 ? random.nextInt(70_000) : 0));
    }
    List<String> seen = new ArrayList<>();
    Http2Frames frames = new Http2Frames(0, (type, flags) -> seen.add(type + " " + flags));
    byte[] bytes = all.toByteArray();
    for (int at = 0; at < bytes.length; ) {
      int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 12 : 5_000));
      read(frames, bytes, at, to);
      at = to;
    }
    assertThat(seen).isEqualTo(sent);
  }

  @Test
  void a_head_is_within_until_its_last_frame_is_whole() {
    Http2Frames frames = new Http2Frames(3, (_, _) -> {});
    assertThat(frames.isWithinHead()).as("the preface").isTrue();
    read(frames, PREFACE, 3, PREFACE.length);
    assertThat(frames.isWithinHead()).isFalse();
    byte[] head = frame(Http2Frames.HEADERS, 0, 5);
    read(frames, head, 0, 4);
    assertThat(frames.isWithinHead()).as("a frame's own head").isTrue();
    read(frames, head, 4, head.length);
    assertThat(frames.isWithinHead()).as("its continuation").isTrue();
    byte[] rest = frame(Http2Frames.CONTINUATION, Http2Frames.END_HEADERS, 5);
    read(frames, rest, 0, rest.length - 1);
    assertThat(frames.isWithinHead()).as("its last byte").isTrue();
    read(frames, rest, rest.length - 1, rest.length);
    assertThat(frames.isWithinHead()).isFalse();
  }

  @Test
  void data_that_is_on_its_way_is_no_head() {
    Http2Frames frames = new Http2Frames(24, (_, _) -> {});
    byte[] data = frame(Http2Frames.DATA, 0, 100);
    read(frames, data, 0, 50);
    assertThat(frames.isWithinHead()).isFalse();
  }
}
