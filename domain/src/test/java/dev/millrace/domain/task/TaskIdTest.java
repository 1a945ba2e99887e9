package dev.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.VirtualClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {
  private final VirtualClock clock = new VirtualClock();
  private final TaskIds ids = new TaskIds(clock, new Random(7), 0xABC);

  @Test
  void an_id_is_read_back_from_its_text() {
    for (int i = 0; i < 1_000; i++) {
      var id = ids.next(i % 2 == 0 ? Durability.FSYNC : Durability.MEMORY);
      assertThat(id.toString()).hasSize(30).startsWith(i % 2 == 0 ? "tsk_" : "mem_");
      assertThat(TaskId.parse(id.toString())).isEqualTo(id);
    }
  }

  @Test
  void a_later_id_sorts_after_an_earlier_one_and_says_when_it_was_made() {
    var early = ids.next(Durability.FSYNC);
    clock.advance(Duration.ofMillis(1));
    var late = ids.next(Durability.FSYNC);
    assertThat(late).isGreaterThan(early);
    assertThat(late.toString()).isGreaterThan(early.toString());
    assertThat(late.millis()).isEqualTo(clock.wallMillis());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tsk_",
        "tsk_01J0000000000000000000000",
        "tsk_01J000000000000000000000000",
        "abc_01J00000000000000000000000",
        "tsk_01j00000000000000000000000",
        "tsk_01J0000000000000000000000U",
        "tsk_81J00000000000000000000000",
        "tsk_01J0000000000000000000000\u00e9"
      })
  void what_is_not_in_the_canonical_form_is_no_id(String text) {
    assertThat(TaskId.parse(text)).isNull();
  }

  @Test
  void ids_do_not_repeat() {
    assertThat(java.util.stream.Stream.generate(() -> ids.next(Durability.FSYNC)).limit(10_000))
        .doesNotHaveDuplicates();
  }
}
