package dev.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.sim.VirtualClock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id is a key of logs, streams and clients: one text for one id, sorted alike everywhere. */
class TaskIdFormTest {

  private static TaskId id(Random random) {
    return new TaskId(random.nextLong(), random.nextLong(), random.nextBoolean());
  }

  @Test
  void any_bits_read_back_from_their_text() {
    for (long high : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 59}) {
      for (long low : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 59}) {
        TaskId id = new TaskId(high, low, high == low);
        assertThat(TaskId.parse(id.toString())).isEqualTo(id);
      }
    }
  }

  @Test
  void texts_sort_as_ids_do() {
    Random random = new Random(3);
    TaskId[] ids = new TaskId[2_000];
    Arrays.setAll(ids, i -> new TaskId(random.nextLong(), random.nextLong(), false));
    Arrays.sort(ids);
    String[] texts = Arrays.stream(ids).map(TaskId::toString).toArray(String[]::new);
    assertThat(texts).isSorted();
  }

  @Test
  void every_other_character_in_any_place_is_another_id_or_none() {
    Random random = new Random(5);
    for (int i = 0; i < 50; i++) {
      TaskId id = id(random);
      String text = id.toString();
      Set<TaskId> others = new HashSet<>();
      for (int at = 0; at < text.length(); at++) {
        for (char c = ' '; c < 0x100; c++) {
          String changed = text.substring(0, at) + c + text.substring(at + 1);
          TaskId other = TaskId.parse(changed);
          if (c != text.charAt(at) && other != null) {
            assertThat(other).as(changed).isNotEqualTo(id).hasToString(changed);
            assertThat(others.add(other)).as(changed).isTrue();
          }
        }
      }
    }
  }

  @Test
  void a_memory_id_and_a_durable_one_of_the_same_bits_are_two() {
    TaskId memory = new TaskId(1, 2, true);
    TaskId durable = new TaskId(1, 2, false);
    assertThat(memory).isNotEqualTo(durable);
    assertThat(memory.toString().substring(4)).isEqualTo(durable.toString().substring(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4_096, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void a_partition_beyond_its_12_bits_is_refused(int partition) {
    assertThatThrownBy(() -> new TaskIds(new VirtualClock(), new Random(), partition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("partition: " + partition + " (expected: 0..4095)");
  }

  @Test
  void time_and_partition_stand_in_the_id_and_touch_each_other_nowhere() {
    for (int partition : new int[] {0, 1, 4_095}) {
      TaskId id = new TaskIds(new VirtualClock(), new Random(1), partition).next(Durability.FSYNC);
      assertThat(id.millis()).isEqualTo(new VirtualClock().wallMillis());
      assertThat((id.high() >>> 4) & 0xFFF).isEqualTo(partition);
    }
  }

  @Test
  void a_stamp_of_a_clock_that_reads_0_is_there_and_marking_once_keeps_the_first() {
    Stamps stamps = new Stamps();
    stamps.markOnce(Stamp.DELIVERED, 0);
    stamps.markOnce(Stamp.DELIVERED, 9);
    assertThat(stamps.at(Stamp.DELIVERED)).isEqualTo(1);
    stamps.mark(Stamp.DELIVERED, -5);
    assertThat(stamps.at(Stamp.DELIVERED)).isEqualTo(-5);
    assertThat(stamps.at(Stamp.LEASED)).isZero();
  }
}
