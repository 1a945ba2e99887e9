package dev.millrace.runtime.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.task.Input;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.sim.VirtualClock;
import dev.millrace.runtime.fakes.Work;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  private final FrameCodec codec = new FrameCodec(new VirtualClock());

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1_000})
  void frames_are_found_however_the_bytes_are_cut(int atOnce) throws IOException {
    var frames =
        List.of(new Frame.Started(1), new Frame.Token(1, 2, " three"), new Frame.Heartbeat());
    ByteSink sink = new ByteSink(64);
    for (int i = 0; i < 100; i++) {
      frames.forEach(frame -> FrameCodec.write(sink, frame));
    }
    FrameReader reader = new FrameReader(dripping(sink.toByteArray(), atOnce), codec);
    for (int i = 0; i < 300; i++) {
      assertThat(reader.read()).isEqualTo(frames.get(i % 3));
    }
    assertThat(reader.read()).isNull();
  }

  @Test
  void large_frames_among_small_ones_come_whole() throws IOException {
    ByteSink sink = new ByteSink(64);
    for (int i = 0; i < 3; i++) {
      byte[] input = new byte[3 << 20];
      Arrays.fill(input, (byte) i);
      FrameCodec.write(sink, new Frame.Assign(1, List.of(Work.of(1, new Input.Json(input)))));
      FrameCodec.write(sink, new Frame.Cancel(i));
    }
    FrameReader reader = new FrameReader(dripping(sink.toByteArray(), 100_000), codec);
    for (int i = 0; i < 3; i++) {
      var assign = (Frame.Assign) reader.read();
      var input = (Input.Json) assign.attempts().getFirst().task().input();
      assertThat(input.utf8()).hasSize(3 << 20).containsOnly((byte) i);
      assertThat(reader.read()).isEqualTo(new Frame.Cancel(i));
    }
    assertThat(reader.read()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Frame.MOST_BYTES + 1, Integer.MAX_VALUE})
  void a_length_out_of_range_is_malformed(int length) {
    byte[] bytes = new ByteSink(16).putInt(length).putLong(0).toByteArray();
    assertThatThrownBy(() -> new FrameReader(dripping(bytes, 100), codec).read())
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("a frame of " + length + " bytes (expected: 1..67108864)");
  }

  @Test
  void a_stream_cut_in_a_frame_is_malformed_and_a_claimed_length_costs_nothing() {
    byte[] claim = new ByteSink(16).putInt(Frame.MOST_BYTES).putInt(1).toByteArray();
    for (int i = 0; i < 1_000; i++) {
      assertThatThrownBy(() -> new FrameReader(dripping(claim, 100), codec).read())
          .hasMessage("a frame cut after 4 bytes (expected: 67108864)");
    }
    assertThatThrownBy(() -> new FrameReader(dripping(new byte[3], 100), codec).read())
        .hasMessage("a length cut after 3 bytes (expected: 4)");
  }

  @Test
  void a_stranger_may_send_little() {
    byte[] bytes = new ByteSink(16).putInt(1_025).putInt(1).toByteArray();
    assertThatThrownBy(() -> new FrameReader(dripping(bytes, 100), codec).read(1_024))
        .hasMessage("a frame of 1025 bytes (expected: 1..1024)");
  }

  private static ReadableByteChannel dripping(byte[] bytes, int atOnce) {
    ReadableByteChannel whole = Channels.newChannel(new ByteArrayInputStream(bytes));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer target) throws IOException {
        ByteBuffer some = target.slice();
        some.limit(Math.min(some.capacity(), atOnce));
        int count = whole.read(some);
        target.position(target.position() + Math.max(0, count));
        return count;
      }

      @Override
      public boolean isOpen() {
        return whole.isOpen();
      }

      @Override
      public void close() throws IOException {
        whole.close();
      }
    };
  }
}
