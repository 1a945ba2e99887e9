package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.json.JsonText;
import dev.millrace.ingress.testing.ClientFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One link in a channel without a network: what is sent when, the goodbyes, and the buffers. */
class FrameLinkTest {

  private static final byte[] GOODBYE =
      ClientFrame.of(Opcode.CLOSE, true, new byte[] {3, (byte) 0xE8}, 7);

  private final List<String> told = new ArrayList<>();
  private final List<Runnable> afterTurn = new ArrayList<>();
  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true);
  private final CountsFlushes network = new CountsFlushes();
  private final FrameLink link = new FrameLink(new Notes(), 1_000, new Flushes(afterTurn::add));
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private static final class CountsFlushes extends ChannelDuplexHandler {
    private int flushes;

    @Override
    public void flush(ChannelHandlerContext context) {
      flushes++;
      context.flush();
    }
  }

  private final class Notes implements FrameLink.User {

    @Override
    public void message(byte[] utf8) {
      told.add("message");
      link.text(new JsonText().value("answer"));
    }

    @Override
    public void heard() {
      told.add("heard");
    }

    @Override
    public void writable(boolean takes) {
      told.add("writable " + takes);
    }

    @Override
    public void closing() {
      told.add("closing");
    }

    @Override
    public void shutdown() {
      told.add("shutdown");
    }

    @Override
    public void gone() {
      told.add("gone");
    }
  }

  @BeforeEach
  void open() {
    channel.config().setAllocator(buffers);
    channel.pipeline().addLast(network, link);
  }

  @AfterEach
  void nothing_is_kept() {
    channel.finishAndReleaseAll();
    assertThat(buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory()).isZero();
  }

  private void read(byte[]... frames) {
    for (byte[] frame : frames) {
      channel.pipeline().fireChannelRead(channel.alloc().buffer().writeBytes(frame));
    }
    channel.pipeline().fireChannelReadComplete();
  }

  private void endTurn() {
    List<Runnable> now = List.copyOf(afterTurn);
    afterTurn.clear();
    now.forEach(Runnable::run);
  }

  private String sent() {
    ByteBuf frame = channel.readOutbound();
    if (frame == null) {
      return "nothing";
    }
    try {
      return ByteBufUtil.hexDump(frame);
    } finally {
      frame.release();
    }
  }

  private static String text(int bytes) {
    return "x".repeat(bytes - 2);
  }

  @Test
  void the_frames_of_one_turn_are_flushed_once_each_a_buffer_of_its_own() {
    read(ClientFrame.text("a", 1), ClientFrame.text("b", 2));
    link.text(new JsonText().value("later"));
    assertThat(network.flushes).isZero();
    endTurn();
    assertThat(network.flushes).isEqualTo(1);
    assertThat(sent()).isEqualTo("8108" + "22616e7377657222");
    assertThat(sent()).isEqualTo("8108" + "22616e7377657222");
    assertThat(sent()).isEqualTo("8107" + "226c6174657222");
    link.text(new JsonText().value(1));
    endTurn();
    assertThat(network.flushes).isEqualTo(2);
    assertThat(sent()).isEqualTo("810131");
  }

  @Test
  void a_length_is_written_as_short_as_it_can_be() {
    int[] lengths = {125, 126, 65_535, 65_536};
    String[] heads = {"817d", "817e007e", "817effff", "817f0000000000010000"};
    for (int i = 0; i < lengths.length; i++) {
      link.text(new JsonText().value(text(lengths[i])));
      endTurn();
      String frame = sent();
      assertThat(frame).startsWith(heads[i] + "22");
      assertThat(frame).hasSize(heads[i].length() + 2 * lengths[i]);
    }
  }

  @Test
  void a_ping_is_returned_and_a_pong_is_heard() {
    read(
        ClientFrame.of(Opcode.PING, true, new byte[] {1, 2}, 9),
        ClientFrame.of(Opcode.PONG, true, new byte[0], 9));
    endTurn();
    assertThat(sent()).isEqualTo("8a020102");
    assertThat(told).containsExactly("heard");
  }

  @Test
  void a_goodbye_of_the_client_is_returned_and_ends_the_channel() {
    read(GOODBYE, ClientFrame.text("too late", 1));
    assertThat(sent()).isEqualTo("880203e8");
    assertThat(sent()).isEqualTo("nothing");
    assertThat(channel.isOpen()).isFalse();
    assertThat(told).containsExactly("closing", "gone");
  }

  @Test
  void a_goodbye_without_a_status_is_returned_without_one() {
    read(ClientFrame.of(Opcode.CLOSE, true, new byte[0], 1));
    assertThat(sent()).isEqualTo("8800");
  }

  @Test
  void a_goodbye_of_ours_waits_for_the_clients_and_nothing_is_said_meanwhile() {
    link.close(CloseStatus.SERVICE_RESTART, "bye");
    link.close(CloseStatus.POLICY_VIOLATION, "again");
    link.text(new JsonText().value(1));
    link.sendPing();
    read(ClientFrame.text("unheard", 1), ClientFrame.of(Opcode.PING, true, new byte[1], 2));
    endTurn();
    assertThat(sent()).isEqualTo("880503f4627965");
    assertThat(sent()).isEqualTo("nothing");
    assertThat(channel.isOpen()).isTrue();
    read(GOODBYE);
    assertThat(channel.isOpen()).isFalse();
    assertThat(sent()).isEqualTo("nothing");
    assertThat(told).containsExactly("closing", "gone");
  }

  @Test
  void a_fault_is_told_and_what_follows_is_thrown_away() {
    read(new byte[] {(byte) 0x81, 5}, ClientFrame.text("unheard", 1), new byte[5_000]);
    assertThat(sent()).startsWith("88").contains("03ea");
    assertThat(told).containsExactly("closing");
    channel.close();
    assertThat(told).containsExactly("closing", "gone");
  }

  @Test
  void what_cannot_be_sent_is_released() {
    link.text(new JsonText().value("unflushed"));
    channel.close();
    link.text(new JsonText().value("closed"));
    link.sendPing();
    link.close(CloseStatus.NORMAL, "");
    endTurn();
    assertThat(told).containsExactly("gone");
  }

  @Test
  void a_client_that_does_not_read_is_noted_and_gets_no_pongs() {
    link.text(new JsonText().value(text(70_000)));
    assertThat(link.isFull()).isTrue();
    read(ClientFrame.of(Opcode.PING, true, new byte[1], 2));
    endTurn();
    assertThat(link.isFull()).isFalse();
    assertThat(told).containsExactly("writable false", "writable true");
    assertThat(sent()).hasSize(2 * (70_000 + 10));
    assertThat(sent()).isEqualTo("nothing");
  }

  @Test
  void a_network_that_fails_ends_the_channel() {
    channel.pipeline().fireExceptionCaught(new IOException("meant"));
    assertThat(told).containsExactly("gone");
  }
}
