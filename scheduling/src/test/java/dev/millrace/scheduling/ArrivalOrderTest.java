package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.TaskClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalOrderTest {

  private final World world = new World();
  private final Deployment deployment = World.deployment(1, ModelSpec.Kind.CLASSIFY, 1, 1);
  private final ArrivalOrder order = new ArrivalOrder();

  private TaskRun run() {
    var task = world.task(deployment, TaskClass.STANDARD, Duration.ofSeconds(1), Durability.MEMORY);
    return new TaskRun(task, deployment, new RecordingStream(task), null, null);
  }

  private List<TaskRun> all() {
    List<TaskRun> runs = new ArrayList<>();
    order.forEach(runs::add);
    return runs;
  }

  @Test
  void nobody_waits_in_an_empty_one() {
    assertThat(order.first()).isNull();
    assertThat(all()).isEmpty();
  }

  @Test
  void who_came_first_is_first_and_who_comes_back_goes_before_all() {
    TaskRun a = run();
    TaskRun b = run();
    TaskRun back = run();
    order.add(a);
    order.add(b);
    order.addFirst(back);
    assertThat(order.first()).isSameAs(back);
    assertThat(all()).containsExactly(back, a, b);
    order.remove(back);
    assertThat(order.first()).isSameAs(a);
  }

  @Test
  void who_comes_back_to_an_empty_one_is_first_and_last() {
    TaskRun back = run();
    TaskRun next = run();
    order.addFirst(back);
    order.add(next);
    assertThat(all()).containsExactly(back, next);
    order.remove(back);
    order.remove(next);
    assertThat(order.first()).isNull();
    order.add(back);
    assertThat(all()).containsExactly(back);
  }

  @Test
  void who_leaves_leaves_no_trace_and_may_come_again() {
    TaskRun only = run();
    order.add(only);
    order.remove(only);
    assertThat(only.ahead).isNull();
    assertThat(only.behind).isNull();
    order.add(only);
    assertThat(order.first()).isSameAs(only);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void it_is_a_list_from_which_anybody_may_leave(long seed) {
    Random random = new Random(seed);
    List<TaskRun> model = new LinkedList<>();
    for (int step = 0; step < 3_000; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          TaskRun fresh = run();
          order.add(fresh);
          model.addLast(fresh);
        }
        case 2 -> {
          TaskRun back = run();
          order.addFirst(back);
          model.addFirst(back);
        }
        default -> {
          if (!model.isEmpty()) {
            order.remove(model.remove(random.nextInt(model.size())));
          }
        }
      }
      assertThat(order.first())
          .as("seed %d, step %d", seed, step)
          .isSameAs(model.isEmpty() ? null : model.getFirst());
    }
    assertThat(all()).as("seed %d", seed).isEqualTo(model);
  }
}
