package dev.millrace.runtime.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.Clock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ConnectionTest {

  @TempDir Path folder;
  private final AtomicReference<Frame> urgent = new AtomicReference<>();
  private Connection left;
  private Connection right;

  @BeforeEach
  void connect() throws IOException {
    Path socket = folder.resolve("c.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      left = open("left", SocketChannel.open(UnixDomainSocketAddress.of(socket)));
      right = open("right", server.accept());
    }
  }

  private Connection open(String name, SocketChannel channel) {
    Clock clock = Clock.system();
    FrameReader reader = new FrameReader(channel, new FrameCodec(clock));
    var limits = new Connection.Limits(1_024, 64 << 10);
    Urgent first = nowNanos -> name.equals("left") ? urgent.getAndSet(null) : null;
    return Connection.open(name, channel, reader, limits, first, clock);
  }

  @AfterEach
  void close() {
    left.close();
    right.close();
  }

  @Test
  void frames_of_many_threads_arrive_each_threads_in_order() throws Exception {
    List<Thread> senders = new ArrayList<>();
    for (int sender = 0; sender < 4; sender++) {
      long lease = sender;
      senders.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int id = 0; id < 5_000; id++) {
                      left.put(new Frame.Token(lease, id, " x"));
                    }
                  }));
    }
    int[] next = new int[4];
    for (int i = 0; i < 20_000; i++) {
      Frame.Token token = (Frame.Token) right.read();
      assertThat(token.id()).isEqualTo(next[(int) token.lease()]++);
    }
    for (Thread sender : senders) {
      sender.join();
    }
  }

  @Test
  void what_is_urgent_needs_no_room_and_is_sent_when_woken() throws IOException {
    urgent.set(new Frame.Credit(5));
    left.wake();
    assertThat(right.read()).isEqualTo(new Frame.Credit(5));
  }

  @Test
  void an_offer_to_a_full_outbox_is_refused_and_a_put_waits_for_room() throws Exception {
    Frame large = new Frame.Refused("x".repeat(10_000));
    int accepted = 0;
    // The socket takes some; then the outbox fills to its bytes.
    while (left.offer(large)) {
      accepted++;
    }
    assertThat(left.offer(new Frame.Cancel(1))).isTrue();
    CompletableFuture<Boolean> put = CompletableFuture.supplyAsync(() -> left.put(large));
    int read = 0;
    for (Frame frame; read < accepted + 1 && (frame = right.read()) != null; ) {
      read += frame.equals(large) ? 1 : 0;
    }
    assertThat(put.get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(read).isEqualTo(accepted + 1);
  }

  @Test
  void the_end_of_one_side_is_the_end_of_the_other() throws IOException {
    left.offer(new Frame.Heartbeat());
    assertThat(right.read()).isEqualTo(new Frame.Heartbeat());
    left.close();
    assertThat(right.read()).isNull();
    assertThat(left.isOpen()).isFalse();
    assertThat(left.offer(new Frame.Heartbeat())).isFalse();
    assertThat(left.put(new Frame.Heartbeat())).isFalse();
  }
}
