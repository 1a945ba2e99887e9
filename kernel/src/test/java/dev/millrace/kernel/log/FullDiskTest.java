package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.end;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.disk.StorageFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullDiskTest {

  private static final long RESERVE = 10_000;

  private final LogWorld world = new LogWorld();

  private void startWithReserve() {
    world.settings = new LogSettings(4096, 1024, 512, 1024, Duration.ofMillis(100), RESERVE);
    world.start();
  }

  private void leaveFree(long bytes) {
    world.disk.setCapacity(world.disk.usedBytes() + bytes);
    world.clock.advance(Duration.ofMillis(101));
  }

  @Test
  void below_the_reserve_new_work_is_refused_and_the_rest_goes_on() {
    startWithReserve();
    leaveFree(RESERVE - 1);
    TestEntry accept = accept("new work");
    TestEntry end = end("end of work");
    TestEntry token = token("token");

    world.write(accept, end, token);

    assertThat(accept.story).containsExactly("failed");
    assertThat(accept.failure)
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining("less than the 10000 bytes free");
    assertThat(end.isDurable()).isTrue();
    assertThat(token.isDurable()).isTrue();
    assertThat(world.writer.isStorageLow()).isTrue();
    assertThat(world.texts()).containsExactly("end of work", "token");
  }

  @Test
  void with_room_again_new_work_is_taken_again_without_anybodys_help() {
    startWithReserve();
    leaveFree(0);
    world.write(accept("refused"));
    assertThat(world.writer.nextDeadline()).isLessThan(Long.MAX_VALUE);

    leaveFree(RESERVE);
    world.turn(); // its own timer, nothing came in
    assertThat(world.writer.isStorageLow()).isFalse();
    TestEntry accept = accept("taken");
    world.write(accept);

    assertThat(accept.isDurable()).isTrue();
    assertThat(world.lowWarnings).containsExactly(true, false);
  }

  @Test
  void without_room_for_a_segment_every_entry_fails_before_any_ack_until_there_is_room() {
    world.start();
    leaveFree(0);
    List<TestEntry> entries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      entries.add(end(i + "-" + "x".repeat(400)));
      world.write(entries.get(i));
    }
    List<TestEntry> failed = entries.stream().filter(entry -> entry.failure != null).toList();
    assertThat(failed).hasSizeBetween(10, 15);
    assertThat(failed)
        .allMatch(entry -> entry.failure instanceof StorageFullException)
        .allMatch(entry -> entry.story.equals(List.of("failed")));
    assertThat(world.writer.isStopped()).isFalse();

    leaveFree(100_000);
    TestEntry later = end("later");
    world.write(later);
    TestEntry large = end("x".repeat(500));
    world.write(large);

    assertThat(large.isDurable()).isTrue();
    List<String> kept =
        new ArrayList<>(
            entries.stream().filter(TestEntry::isDurable).map(entry -> entry.text).toList());
    kept.add("later");
    kept.add(large.text);
    assertThat(world.afterKill()).isEqualTo(kept);
  }

  @Test
  void a_log_on_a_full_disk_opens_reads_and_takes_work_when_there_is_room() throws Exception {
    world.start();
    world.write(accept("before"));
    world.close();
    leaveFree(100);

    world.start();
    assertThat(world.texts()).containsExactly("before");
    TestEntry refused = accept("refused");
    world.write(refused);
    assertThat(refused.failure).isInstanceOf(StorageFullException.class);
    world.idle();
    assertThat(world.stopped).isNull();

    leaveFree(100_000);
    TestEntry taken = accept("taken");
    world.turn();
    world.write(taken);
    assertThat(taken.isDurable()).isTrue();
    assertThat(world.afterKill()).containsExactly("before", "taken");
  }

  @Test
  void room_prepared_for_the_next_segment_is_given_back_at_the_end() throws Exception {
    world.start();
    for (int i = 0; i < 7; i++) {
      world.write(accept("x".repeat(400)));
    }
    assertThat(world.disk.list(LogWorld.DIRECTORY)).anyMatch(name -> name.startsWith("next-"));

    world.close();

    assertThat(world.disk.list(LogWorld.DIRECTORY)).noneMatch(name -> name.startsWith("next-"));
  }
}
