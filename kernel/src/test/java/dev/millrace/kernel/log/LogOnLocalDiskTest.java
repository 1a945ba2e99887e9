package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.disk.Disk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole engine on the machine's disk, with its own thread. */
class LogOnLocalDiskTest {

  private static final int ENTRIES = 5_000;
  private static final LogSettings SETTINGS =
      new LogSettings(256 << 10, 64 << 10, 8 << 10, 16_384, Duration.ofMillis(100), 0);

  @TempDir Path directory;

  /** Counts down when durable. */
  private record Counted(String text, CountDownLatch latch) implements LogEntry {
    @Override
    public int type() {
      return 1;
    }

    @Override
    public int tenant() {
      return 1;
    }

    @Override
    public int keyId() {
      return 0;
    }

    @Override
    public boolean wantsSync() {
      return true;
    }

    @Override
    public void encode(ByteBuffer into) {
      into.put(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public void written(long position) {}

    @Override
    public void durable() {
      latch.countDown();
    }

    @Override
    public void failed(Exception reason) {
      throw new AssertionError(reason);
    }
  }

  @Test
  void entries_from_several_threads_come_back_once_each_after_a_restart() throws Exception {
    Clock clock = Clock.system();
    CountDownLatch durable = new CountDownLatch(ENTRIES);
    try (ExecutorService background = Executors.newSingleThreadExecutor();
        Log log = Log.open(Disk.local(), directory.resolve("log"), SETTINGS, clock)) {
      try (AgentThread thread = new AgentThread(clock, (name, failure) -> {})) {
        LogWriter writer =
            log.startWriter(
                thread,
                cause -> {
                  throw new AssertionError(cause);
                },
                background);
        thread.start(writer);
        appendFromThreads(writer, durable);
        assertThat(durable.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.records()).isEqualTo(ENTRIES);
        assertThat(writer.syncs()).isLessThanOrEqualTo(writer.blocks() + 1);
      }
      assertThat(log.durableEnd()).isEqualTo(log.end());
    }
    AtomicInteger read = new AtomicInteger();
    try (Log log = Log.open(Disk.local(), directory.resolve("log"), SETTINGS, clock)) {
      log.replay(LogPosition.NONE, (at, type, tenant, key, payload) -> read.incrementAndGet());
      assertThat(log.recovery().segments()).isGreaterThan(1);
    }
    assertThat(read).hasValue(ENTRIES);
  }

  private static void appendFromThreads(LogWriter writer, CountDownLatch durable)
      throws InterruptedException {
    Thread[] senders = new Thread[4];
    for (int t = 0; t < senders.length; t++) {
      String prefix = t + "-" + "x".repeat(100) + "-";
      senders[t] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < ENTRIES / 4; i++) {
                      LogEntry entry = new Counted(prefix + i, durable);
                      while (!writer.append(entry)) {
                        Thread.onSpinWait();
                      }
                    }
                  });
    }
    for (Thread sender : senders) {
      sender.join();
    }
  }

  @Test
  void the_interrupt_of_one_reader_disturbs_no_other() throws Exception {
    Clock clock = Clock.system();
    try (Log log = Log.open(Disk.local(), directory, SETTINGS, clock)) {
      LogWriter writer = log.startWriter(() -> {}, cause -> {}, Runnable::run);
      TestEntry entry = accept("payload");
      writer.append(entry);
      writer.turn(clock.nanoTime());

      Thread.currentThread().interrupt();
      assertThat(log.read(entry.position).payload().remaining()).isEqualTo(7);
      assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
      assertThat(log.read(entry.position).payload().remaining()).isEqualTo(7);
      writer.closed();
    }
  }
}
