package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.SimulatedDisk;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The node dies at every sync, and at random, with tasks in every state. */
class CrashTest {

  private static final class Crash extends RuntimeException {}

  private static JournalWorld world() {
    JournalWorld world = new JournalWorld();
    world.settings = IntakeTest.settings(JournalWorld.SMALL_LOG, 4096);
    return world;
  }

  /** Runs steps until the sync with this number, from here on; true when the node died there. */
  private static boolean diesAt(int sync, int steps, Life life) throws Exception {
    SimulatedDisk disk = life.world.disk;
    int first = disk.syncs();
    disk.onSync(
        (path, count) -> {
          if (count - first >= sync) {
            throw new Crash();
          }
        });
    try {
      for (int i = 0; i < steps; i++) {
        life.step();
      }
      return false;
    } catch (Crash expected) {
      return true;
    } finally {
      disk.onSync((path, count) -> {});
      life.remember();
      life.world.failures.clear();
    }
  }

  private static int atEverySync(Consumer<SimulatedDisk> death, boolean powerLost)
      throws Exception {
    boolean died = true;
    int sync = 0;
    for (; died; sync++) {
      Life life = new Life(world().start(), new Random(11));
      died = diesAt(sync, 120, life);
      death.accept(life.world.disk);
      life.world.start();
      life.check(powerLost);
      diesAt(Integer.MAX_VALUE, 40, life);
      death.accept(life.world.disk);
      life.world.start();
      life.check(powerLost);
      life.finish();
    }
    return sync;
  }

  @Test
  void a_power_loss_at_any_sync_keeps_what_was_acknowledged() throws Exception {
    assertThat(atEverySync(SimulatedDisk::crash, true)).isGreaterThan(20);
  }

  @Test
  void kill_9_at_any_sync_keeps_what_was_shown() throws Exception {
    assertThat(atEverySync(SimulatedDisk::killProcess, false)).isGreaterThan(20);
  }

  /** Life after life: torn writes, kills, closes in good order, a disk that is full at times. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatever_happens_each_acknowledged_task_is_there_once_and_ends(long seed) throws Exception {
    Random random = new Random(seed);
    Life life = new Life(world().start(), random);
    for (int lives = 0; lives < 5; lives++) {
      boolean full = random.nextInt(4) == 0;
      if (full) {
        life.world.disk.setCapacity(life.world.disk.usedBytes() + random.nextInt(20_000));
      }
      int sync = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(60);
      boolean died = diesAt(sync, 30 + random.nextInt(150), life);
      boolean powerLost = random.nextBoolean();
      if (!died && !full && random.nextInt(3) == 0) {
        life.world.settle();
        life.world.close();
        life.remember();
        powerLost = false;
      } else if (powerLost) {
        life.world.disk.crash(random);
      } else {
        life.world.disk.killProcess();
      }
      life.world.disk.setCapacity(1L << 40);
      life.world.start();
      life.check(powerLost);
    }
    life.finish();
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }
}
