package dev.millrace.scheduling;

import static dev.millrace.domain.task.TaskClass.STANDARD;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptsTest {

  private final World world = new World();

  @Test
  void a_second_attempt_extends_what_is_recorded_and_nothing_comes_twice() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    assertThat(world.runtime.last().attempts().getFirst().recordedIds()).isEmpty();
    long first = world.runtime.last().lease();
    world.token(first, 1);
    world.token(first, 2);
    world.dies();
    world.becomesReady(generator);
    ModelRuntime.Attempt again = world.runtime.last().attempts().getFirst();
    assertThat(again.number()).isEqualTo(2);
    assertThat(again.recordedIds()).containsExactly(1, 2);
    assertThat(again.lease()).isGreaterThan(first);
    world.token(first, 3);
    world.token(again.lease(), 3);
    world.runtime.done(again.lease(), 5, 1);
    world.turn();
    assertThat(reply.tokenIds()).containsExactly(1, 2, 3);
    assertThat(reply.end().usage()).as("of both attempts").isEqualTo(new Usage(5, 3));
    assertThat(reply.end().finishReason()).isEqualTo("stop");
  }

  @Test
  void a_task_from_the_log_extends_what_was_recorded_before_the_restart() {
    var generator = world.generator(1, 1);
    var task = world.task(generator, STANDARD, ofSeconds(60), Durability.FSYNC);
    world.scheduling.occupy(World.POOL, STANDARD, 2);
    var reply = new RecordingStream(task);
    reply.append(new StreamEvent.Token(1, "t1"));
    reply.append(new StreamEvent.Token(2, "t2"));
    world.scheduling.dispatch(task, new Plan(List.of(new Plan.Step(generator)), 1), reply);
    world.turn();
    ModelRuntime.Attempt attempt = world.runtime.last().attempts().getFirst();
    assertThat(attempt.number()).isEqualTo(2);
    assertThat(attempt.recordedIds()).containsExactly(1, 2);
    world.token(attempt.lease(), 3);
    world.runtime.done(attempt.lease(), 5, 1);
    world.turn();
    assertThat(reply.end().usage()).isEqualTo(new Usage(5, 3));
    assertThat(world.placesTaken()).isZero();
  }

  @Test
  void tokens_that_were_in_the_mailbox_when_the_worker_died_are_not_lost_or_doubled() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    long first = world.runtime.last().lease();
    world.token(first, 1);
    world.runtime.listener.token(first, 2, "t2");
    world.runtime.dies(World.WORKER);
    world.becomesReady(generator);
    int[] recorded = world.runtime.last().attempts().getFirst().recordedIds();
    assertThat(recorded).isEqualTo(reply.tokenIds());
  }

  @Test
  void an_attempt_that_cannot_extend_says_so_and_the_numbering_goes_on() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    world.token(world.runtime.last().lease(), 1);
    world.dies();
    world.becomesReady(generator);
    long second = world.runtime.last().lease();
    world.runtime.listener.restarted(second);
    world.token(second, 7);
    assertThat(reply.events.get(1)).isEqualTo(new StreamEvent.Notice(StreamEvent.Code.RESTART, 2));
    world.dies();
    world.becomesReady(generator);
    assertThat(world.runtime.last().attempts().getFirst().recordedIds())
        .as("only the answer that counts is extended")
        .containsExactly(7);
    long third = world.runtime.last().lease();
    world.token(third, 8);
    world.runtime.done(third, 5, 1);
    world.turn();
    assertThat(reply.end().usage()).as("all that was made").isEqualTo(new Usage(5, 3));
  }

  @Test
  void a_function_answers_whole_with_its_outputs_and_labels() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    world.dies();
    world.becomesReady(function);
    assertThat(world.runtime.last().attempts().getFirst().recordedIds()).isEmpty();
    Tensor score = Tensor.ofFloats("score", new long[] {1}, new float[] {0.5f});
    world.runtime.listener.done(
        world.runtime.last().lease(),
        new ModelRuntime.Result(null, Usage.NONE, List.of(score), List.of("truncated:input")));
    world.turn();
    assertThat(reply.end().outputs()).containsExactly(score);
    assertThat(reply.end().labels()).containsExactly("truncated:input");
    assertThat(world.meters.count("millrace_requests_total{finish_reason=succeeded}")).isOne();
  }

  @Test
  void a_failure_ends_the_task_in_the_state_that_its_code_means() {
    assertThat(failedWith(ErrorCode.RUNTIME_FAILED)).isEqualTo(TaskState.FAILED);
    assertThat(failedWith(ErrorCode.INVALID_ARGUMENT)).isEqualTo(TaskState.FAILED);
    assertThat(failedWith(ErrorCode.DEADLINE_EXCEEDED)).isEqualTo(TaskState.EXPIRED);
    assertThat(failedWith(ErrorCode.CANCELLED)).isEqualTo(TaskState.CANCELLED);
    assertThat(failedWith(ErrorCode.QUARANTINED)).isEqualTo(TaskState.QUARANTINED);
  }

  private TaskState failedWith(ErrorCode code) {
    var reply = world.submit(world.function(1, 1, 1));
    world.runtime.failed(world.runtime.last().lease(), code);
    world.turn();
    assertThat(reply.end().problem().code()).isEqualTo(code);
    return reply.state();
  }

  @Test
  void a_report_on_a_lease_that_never_was_is_dropped_and_counted() {
    world.function(1, 1, 1);
    world.token(12_345, 1);
    world.done(12_345);
    world.runtime.listener.started(0);
    world.runtime.listener.restarted(-1);
    world.turn();
    assertThat(world.meters.count("millrace_fenced_reports_total")).isEqualTo(4);
  }

  @Test
  void a_second_answer_to_one_lease_is_fenced() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    var next = world.submit(function);
    long lease = world.runtime.last().lease();
    world.done(lease);
    world.done(lease);
    assertThat(reply.events).hasSize(1);
    assertThat(next.ended()).isFalse();
    assertThat(world.meters.count("millrace_fenced_reports_total")).isEqualTo(1);
  }

  @Test
  void reports_that_overrun_the_mailbox_cost_an_attempt_but_no_token_is_missing_or_doubled() {
    var narrow =
        new World(new SchedulingConfig(10, ofSeconds(60), ofSeconds(5), 3, 16, 64, 1 << 20));
    var generator = narrow.generator(1, 1);
    var reply = narrow.submit(generator, STANDARD);
    long first = narrow.runtime.last().lease();
    for (int id = 0; id < 100; id++) {
      narrow.runtime.listener.token(first, id, "t" + id);
    }
    narrow.turn();
    assertThat(reply.tokenIds()).hasSize(64);
    assertThat(narrow.runtime.cancelled).containsExactly(first);
    assertThat(narrow.meters.count("millrace_overrun_leases_total")).isEqualTo(1);
    assertThat(reply.attempts).as("the slot is not free yet").containsExactly(1);
    narrow.runtime.listener.token(first, 100, "t100");
    narrow.runtime.failed(first, ErrorCode.CANCELLED);
    narrow.turn();
    assertThat(narrow.runtime.last().attempts().getFirst().recordedIds()).hasSize(64);
    long second = narrow.runtime.last().lease();
    narrow.token(second, 64);
    narrow.runtime.done(second, 1, 1);
    narrow.turn();
    assertThat(reply.tokenIds()).hasSize(65).isSorted().doesNotHaveDuplicates();
    assertThat(reply.end().usage()).isEqualTo(new Usage(1, 65));
  }

  @Test
  void an_end_that_overruns_the_mailbox_frees_the_slot() {
    var narrow =
        new World(new SchedulingConfig(10, ofSeconds(60), ofSeconds(5), 3, 16, 64, 1 << 20));
    var generator = narrow.generator(1, 1);
    var reply = narrow.submit(generator, STANDARD);
    long first = narrow.runtime.last().lease();
    for (int id = 0; id < 64; id++) {
      narrow.runtime.listener.token(first, id, "t" + id);
    }
    narrow.runtime.done(first);
    narrow.turn();
    assertThat(reply.attempts).containsExactly(1, 2);
    narrow.done(narrow.runtime.last().lease());
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }
}
