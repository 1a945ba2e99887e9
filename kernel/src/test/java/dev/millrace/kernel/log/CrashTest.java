package dev.millrace.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes at every sync that a working log asks for. */
class CrashTest {

  private static final class Crash extends RuntimeException {}

  private final LogWorld world = new LogWorld();
  private final List<TestEntry> appended = new ArrayList<>();

  /** A life of the log that rolls segments, lies idle, snapshots and deletes nothing. */
  private void live(Random random) throws Exception {
    world.start();
    for (int i = 0; i < 30; i++) {
      TestEntry[] entries = new TestEntry[1 + random.nextInt(3)];
      for (int j = 0; j < entries.length; j++) {
        String text = appended.size() + "-" + "x".repeat(random.nextInt(300));
        entries[j] = random.nextInt(3) == 0 ? TestEntry.token(text) : TestEntry.accept(text);
        appended.add(entries[j]);
      }
      world.write(entries);
      if (random.nextInt(5) == 0) {
        world.idle();
      }
      if (i == 9) {
        snapshot();
      }
    }
    world.close();
  }

  private void snapshot() throws Exception {
    TestEntry last = appended.stream().filter(TestEntry::isDurable).toList().getLast();
    world.log.snapshots().write(last.position, out -> out.write(last.text.getBytes("ASCII")));
  }

  /** Runs until the sync with this number; true when it crashed there. */
  private boolean crashesAt(int sync, long seed, Consumer<SimulatedDisk> crash) throws Exception {
    int first = world.disk.syncs();
    world.disk.onSync(
        (path, count) -> {
          if (count - first >= sync) {
            throw new Crash();
          }
        });
    boolean crashed = false;
    try {
      live(new Random(seed));
    } catch (Crash expected) {
      crashed = true;
    }
    world.disk.onSync((path, count) -> {});
    crash.accept(world.disk);
    return crashed;
  }

  private void nothingAcknowledgedIsLost(String when) throws Exception {
    world.open();
    List<String> read = world.texts();
    List<String> texts = appended.stream().map(entry -> entry.text).toList();
    assertThat(read).as(when).isEqualTo(texts.subList(0, read.size()));
    int acknowledged = appended.size();
    while (acknowledged > 0 && !appended.get(acknowledged - 1).isDurable()) {
      acknowledged--;
    }
    assertThat(read.size()).as(when).isGreaterThanOrEqualTo(acknowledged);
    checkSnapshot(read);
    world.log.close();
    // What was lost was never acknowledged; the next life begins where the log ends.
    appended.subList(read.size(), appended.size()).clear();
  }

  private void checkSnapshot(List<String> read) throws Exception {
    Snapshot snapshot = world.log.snapshots().newest(world.log.end(), refusal -> {});
    if (snapshot != null) {
      try (var in = snapshot.source().open()) {
        String last = new String(in.readAllBytes(), "ASCII");
        List<String> rest = world.textsAfter(snapshot.position());
        assertThat(read.subList(read.indexOf(last) + 1, read.size())).isEqualTo(rest);
      }
    }
  }

  @Test
  void a_power_loss_at_any_sync_loses_nothing_that_was_acknowledged() throws Exception {
    boolean crashed = true;
    int sync = 0;
    for (; crashed; sync++) {
      CrashTest fresh = new CrashTest();
      crashed = fresh.crashesAt(sync, 1, SimulatedDisk::crash);
      fresh.nothingAcknowledgedIsLost("crash at sync " + sync);
      fresh.crashesAt(Integer.MAX_VALUE, 2, SimulatedDisk::crash);
      fresh.nothingAcknowledgedIsLost("the life after the crash at sync " + sync);
    }
    assertThat(sync).isGreaterThan(35);
  }

  @Test
  void kill_9_at_any_sync_loses_nothing_that_was_written() throws Exception {
    boolean crashed = true;
    for (int sync = 0; crashed; sync++) {
      CrashTest fresh = new CrashTest();
      crashed = fresh.crashesAt(sync, 3, SimulatedDisk::killProcess);
      List<String> written =
          fresh.appended.stream()
              .filter(entry -> entry.story.contains("written"))
              .map(entry -> entry.text)
              .toList();
      fresh.world.open();
      assertThat(fresh.world.texts())
          .as("kill at sync " + sync)
          .startsWith(written.toArray(new String[0]));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void crash_after_crash_with_writes_torn_and_reordered_at_random(long seed) throws Exception {
    Random random = new Random(seed);
    for (int life = 0; life < 6; life++) {
      crashesAt(random.nextInt(60), random.nextLong(), disk -> disk.crash(random));
      nothingAcknowledgedIsLost("seed " + seed + ", life " + life);
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 150);
  }
}
