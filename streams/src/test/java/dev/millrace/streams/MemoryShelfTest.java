package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryShelfTest {

  private static final int OVERHEAD = 160;

  private static TaskId id(int number) {
    return new TaskId(0, number, true);
  }

  @Test
  void a_transcript_is_there_until_the_keeping_time_is_over_and_not_at_its_end() {
    MemoryShelf shelf = new MemoryShelf(100, 10_000);
    shelf.put(id(1), new byte[] {1}, 50);
    assertThat(shelf.get(id(1), 50)).containsExactly(1);
    assertThat(shelf.get(id(1), 149)).containsExactly(1);
    assertThat(shelf.get(id(1), 150)).isNull();
    assertThat(shelf.get(id(2), 50)).isNull();
  }

  @Test
  void the_budget_counts_what_an_entry_costs_and_the_oldest_goes_first() {
    MemoryShelf shelf = new MemoryShelf(1_000, 3 * (OVERHEAD + 10));
    for (int i = 1; i <= 3; i++) {
      shelf.put(id(i), new byte[10], 0);
    }
    assertThat(shelf.bytes()).isEqualTo(3 * (OVERHEAD + 10));
    assertThat(shelf.get(id(1), 0)).isNotNull();
    shelf.put(id(4), new byte[10], 0);
    assertThat(shelf.get(id(1), 0)).isNull();
    assertThat(shelf.get(id(2), 0)).isNotNull();
    assertThat(shelf.bytes()).isEqualTo(3 * (OVERHEAD + 10));
  }

  @Test
  void one_that_is_larger_than_the_whole_budget_is_not_kept_and_costs_nothing_for_good() {
    MemoryShelf shelf = new MemoryShelf(1_000, 500);
    shelf.put(id(1), new byte[10], 0);
    shelf.put(id(2), new byte[1_000], 0);
    assertThat(shelf.all()).isEmpty();
    assertThat(shelf.bytes()).isZero();
    shelf.put(id(3), new byte[10], 0);
    assertThat(shelf.get(id(3), 0)).isNotNull();
  }

  @Test
  void a_budget_of_nothing_keeps_nothing() {
    MemoryShelf shelf = new MemoryShelf(1_000, 0);
    shelf.put(id(1), new byte[0], 0);
    assertThat(shelf.get(id(1), 0)).isNull();
    assertThat(shelf.bytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void it_holds_what_the_simplest_model_holds(long seed) {
    Random random = new Random(seed);
    long keep = 1 + random.nextInt(200);
    long budget = random.nextInt(4_000);
    MemoryShelf shelf = new MemoryShelf(keep, budget);
    Map<TaskId, byte[]> bytes = new LinkedHashMap<>();
    Map<TaskId, Long> ended = new LinkedHashMap<>();
    long now = 0;
    for (int i = 0; i < 2_000; i++) {
      now += random.nextInt(20);
      TaskId fresh = id(i);
      byte[] transcript = new byte[random.nextInt(300)];
      shelf.put(fresh, transcript, now);
      bytes.put(fresh, transcript);
      ended.put(fresh, now);
      List<TaskId> oldestFirst = new ArrayList<>(bytes.keySet());
      long held = bytes.values().stream().mapToLong(each -> each.length + OVERHEAD).sum();
      for (TaskId oldest : oldestFirst) {
        if (held <= budget && now - ended.get(oldest) < keep) {
          break;
        }
        held -= bytes.remove(oldest).length + OVERHEAD;
        ended.remove(oldest);
      }
      assertThat(shelf.bytes()).as("seed %d, step %d", seed, i).isEqualTo(held);
      assertThat(shelf.all()).as("seed %d, step %d", seed, i).hasSize(bytes.size());
      TaskId asked = id(random.nextInt(i + 1));
      assertThat(shelf.get(asked, now)).as("seed %d, step %d", seed, i).isEqualTo(bytes.get(asked));
    }
  }
}
