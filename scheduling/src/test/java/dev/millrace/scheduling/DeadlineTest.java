package dev.millrace.scheduling;

import static dev.millrace.domain.task.TaskClass.SHEDDABLE;
import static dev.millrace.domain.task.TaskClass.STANDARD;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  private final World world = new World();

  @Test
  void a_task_that_outlives_its_deadline_in_the_queue_never_reaches_the_runtime() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    long running = world.runtime.last().lease();
    var reply = world.submit(function, STANDARD, ofMillis(50));
    world.advance(ofMillis(49));
    assertThat(reply.ended()).isFalse();
    world.advance(ofMillis(11));
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(reply.end().problem().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(reply.end().problem().message()).contains("50 ms", "lane standard", "default");
    world.done(running);
    assertThat(world.runtime.batches).hasSize(1);
    assertThat(world.placesTaken()).isZero();
  }

  @Test
  void every_deadline_in_the_queue_is_kept_within_ten_milliseconds() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    for (int millis = 1; millis < 2_000; millis += 7) {
      var reply = world.submit(function, STANDARD, ofMillis(millis));
      long start = world.clock.nanoTime();
      while (!reply.ended()) {
        world.clock.advanceNanos(world.pool.nextDeadline() - world.clock.nanoTime());
        world.turn();
      }
      long late = world.clock.nanoTime() - start - ofMillis(millis).toNanos();
      assertThat(late).as("%d ms", millis).isBetween(0L, ofMillis(10).toNanos());
    }
  }

  @Test
  void a_slot_that_is_free_in_the_instant_of_the_deadline_does_not_take_the_task() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var reply = world.submit(function, STANDARD, Duration.ofNanos(50_500_001));
    world.clock.advanceNanos(50_500_001);
    world.done(world.runtime.last().lease());
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(world.runtime.batches).hasSize(1);
  }

  @Test
  void a_task_that_arrives_too_late_ends_at_once() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function, STANDARD, Duration.ZERO);
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(world.runtime.batches).isEmpty();
  }

  @Test
  void a_task_that_runs_into_its_deadline_ends_for_its_reader_and_the_runtime_is_stopped() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator, STANDARD, ofMillis(100));
    long lease = world.runtime.last().lease();
    world.token(lease, 1);
    world.advance(ofMillis(110));
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(reply.end().usage().completionTokens()).isEqualTo(1);
    assertThat(world.runtime.cancelled).containsExactly(lease);
    world.token(lease, 2);
    world.done(lease);
    assertThat(reply.events).hasSize(2);
    assertThat(world.meters.count("millrace_fenced_reports_total")).isZero();
  }

  @Test
  void an_answer_that_came_before_the_deadline_was_noticed_counts() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function, STANDARD, ofMillis(100));
    world.clock.advance(ofMillis(101));
    world.done(world.runtime.last().lease());
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void the_runtime_is_told_what_remains() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    world.submit(function, STANDARD, ofMillis(100));
    world.advance(ofMillis(30));
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.last().attempts().getFirst().remainingMillis()).isEqualTo(70);
  }

  @Test
  void nobody_stays_in_a_lane_longer_than_a_minute_and_the_message_says_so() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var reply = world.submit(function, SHEDDABLE, ofSeconds(600));
    world.advance(ofSeconds(59));
    assertThat(reply.ended()).isFalse();
    world.advance(ofMillis(1_010));
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(reply.end().problem().message())
        .contains("60000 ms", "sheddable", "default", "longest stay");
  }

  @Test
  void the_pool_rests_although_thousands_of_deadlines_are_far_away() {
    var function = world.function(1, 1, 1);
    for (int i = 0; i < 5_000; i++) {
      world.submit(function, STANDARD, ofMillis(20_000 + i));
    }
    int wakes = 0;
    long until = world.clock.nanoTime() + ofSeconds(10).toNanos();
    while (world.clock.nanoTime() < until) {
      long next = world.pool.nextDeadline();
      assertThat(next).isGreaterThan(world.clock.nanoTime());
      world.clock.advanceNanos(next - world.clock.nanoTime());
      world.turn();
      wakes++;
    }
    assertThat(wakes).isLessThan(100);
  }
}
