package dev.millrace.ingress.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is flushed in one turn of a loop leaves once. */
class JointFlushTest {

  private final List<String> seen = new ArrayList<>();

  /** What stands below: the channel itself would end the turn with each write. */
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object answer, ChannelPromise done) {
              seen.add(answer instanceof ByteBuf ? "frame" : answer.toString());
            }

            @Override
            public void flush(ChannelHandlerContext context) {
              seen.add("flush");
            }

            @Override
            public void close(ChannelHandlerContext context, ChannelPromise done) {
              seen.add("close");
              context.close(done);
            }
          },
          new JointFlush());

  private void answer(String text) {
    channel.pipeline().write(text);
    channel.pipeline().flush();
  }

  private void turn(Runnable work) {
    channel.eventLoop().execute(work);
    channel.runPendingTasks();
  }

  @Test
  void answers_of_one_turn_leave_together_when_it_ends() {
    turn(
        () -> {
          answer("1");
          answer("2");
          answer("3");
        });
    assertThat(seen).containsExactly("1", "2", "3", "flush");
  }

  @Test
  void the_next_turn_has_a_flush_of_its_own() {
    turn(() -> answer("1"));
    turn(() -> answer("2"));
    assertThat(seen).containsExactly("1", "flush", "2", "flush");
  }

  @Test
  void what_fills_the_buffer_leaves_at_once_and_not_again() {
    turn(
        () -> {
          answer("1");
          channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
          answer("2");
          channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        });
    assertThat(seen).containsExactly("1", "2", "flush");
  }

  @ParameterizedTest
  @CsvSource({"3, true", "7, true", "0, false", "1, false", "8, false"})
  void what_ends_a_stream_out_of_turn_leaves_at_once(int type, boolean atOnce) {
    ByteBuf frame = Unpooled.buffer().writeMedium(4).writeByte(type).writeZero(9);
    turn(
        () -> {
          answer("1");
          channel.pipeline().write(frame);
          channel.pipeline().flush();
          answer("2");
        });
    assertThat(seen)
        .isEqualTo(
            atOnce
                ? List.of("1", "frame", "flush", "2", "flush")
                : List.of("1", "frame", "2", "flush"));
  }

  @Test
  void what_waits_leaves_before_the_connection_closes() {
    turn(
        () -> {
          answer("1");
          channel.pipeline().close();
        });
    assertThat(seen).containsExactly("1", "flush", "close");
  }

  @Test
  void a_turn_without_an_answer_flushes_nothing() {
    turn(() -> {});
    assertThat(seen).isEmpty();
  }
}
