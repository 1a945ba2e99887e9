package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndedIndexTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void it_finds_what_a_plain_map_finds(long seed) {
    var random = new Random(seed);
    var index = new EndedIndex(1_000_000, 0);
    Map<TaskId, Long> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      var id = new TaskId(random.nextLong(4), random.nextLong(), false);
      index.put(id, i, 0);
      model.put(id, (long) i);
    }
    model.forEach((id, position) -> assertThat(index.position(id, 0)).isEqualTo(position));
    assertThat(index.position(new TaskId(9, 9, false), 0)).isEqualTo(EndedIndex.ABSENT);
    assertThat(index.size()).isEqualTo(model.size());
  }

  @Test
  void an_entry_is_kept_the_keeping_time_and_a_fifth_at_most() {
    var index = new EndedIndex(100, 0);
    var id = new TaskId(1, 1, false);
    index.put(id, 7, 0);
    assertThat(index.position(id, 100)).isEqualTo(7);
    assertThat(index.position(id, 121)).isEqualTo(EndedIndex.ABSENT);
    assertThat(index.size()).isZero();
  }

  @Test
  void the_newest_come_first_across_generations() {
    var index = new EndedIndex(100, 0);
    for (int i = 0; i < 6; i++) {
      index.put(new TaskId(0, i, false), i, i * 10L);
    }
    var positions = new ArrayList<Long>();
    index.newest(4, 50, positions::add);
    assertThat(positions).containsExactly(5L, 4L, 3L, 2L);
  }
}
