package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StoppedLogTest {

  private final LogWorld world = LogWorld.started();

  private void failEverySync() {
    world.disk.onSync(
        (path, count) -> {
          throw new IOException("simulated: input/output error");
        });
  }

  @Test
  void a_failed_sync_acknowledges_nothing_and_stops_the_log() {
    TestEntry before = token("before");
    world.write(before);
    failEverySync();
    TestEntry entry = accept("entry");

    world.write(entry);

    assertThat(entry.story).containsExactly("written", "failed");
    assertThat(before.story).containsExactly("written", "failed");
    assertThat(entry.failure).isInstanceOf(LogStoppedException.class);
    assertThat(world.stopped).hasRootCauseMessage("simulated: input/output error");
    assertThat(world.writer.isStopped()).isTrue();
  }

  @Test
  void a_stopped_log_never_syncs_again_even_when_the_disk_would() {
    failEverySync();
    world.write(accept("entry"));
    world.disk.onSync((path, count) -> {});
    int syncs = world.disk.syncs();

    TestEntry later = accept("later");
    world.write(later);
    world.idle();
    world.writer.closed();

    assertThat(later.story).containsExactly("failed");
    assertThat(world.disk.syncs()).isEqualTo(syncs);
    assertThat(world.writer.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_mark_that_cannot_be_synced_stops_the_log_too() {
    TestEntry entry = accept("entry");
    world.write(entry);
    world.disk.onSync(
        (path, count) -> {
          if (path.equals(LogWorld.mark())) {
            throw new IOException("simulated: input/output error");
          }
        });

    world.idle();

    assertThat(world.stopped).isNotNull();
    assertThat(entry.story).containsExactly("written", "durable");
  }

  @Test
  void what_a_failed_sync_left_in_memory_only_is_written_anew_before_it_is_trusted()
      throws IOException {
    failEverySync();
    world.write(accept("entry")); // the page is marked clean: no later sync would write it
    world.disk.onSync((path, count) -> {});
    world.writer.closed();
    world.disk.killProcess();

    world.start(); // reads the record from memory and takes it into its state
    assertThat(world.texts()).containsExactly("entry");
    world.write(accept("built on it"));
    world.disk.crash();
    world.open();

    assertThat(world.texts()).containsExactly("entry", "built on it");
  }

  @Test
  void a_completion_that_throws_stops_the_log_and_fails_the_others() {
    TestEntry other = accept("other");
    LogEntry broken =
        new ForwardingEntry(accept("broken")) {
          @Override
          public void written(long position) {
            throw new IllegalStateException("defect");
          }
        };
    world.writer.append(broken);
    world.append(other);

    assertThatThrownBy(world::turn).hasMessage("defect");

    assertThat(other.story).containsExactly("failed");
    assertThat(world.writer.isStopped()).isTrue();
  }

  private static class ForwardingEntry implements LogEntry {
    private final TestEntry entry;

    ForwardingEntry(TestEntry entry) {
      this.entry = entry;
    }

    @Override
    public int type() {
      return entry.type();
    }

    @Override
    public int tenant() {
      return entry.tenant();
    }

    @Override
    public int keyId() {
      return entry.keyId();
    }

    @Override
    public boolean wantsSync() {
      return entry.wantsSync();
    }

    @Override
    public void encode(java.nio.ByteBuffer into) {
      entry.encode(into);
    }

    @Override
    public void written(long position) {
      entry.written(position);
    }

    @Override
    public void durable() {
      entry.durable();
    }

    @Override
    public void failed(Exception reason) {
      entry.failed(reason);
    }
  }
}
