package dev.millrace.scheduling;

import static dev.millrace.domain.task.TaskClass.STANDARD;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LostHostsTest {

  private final World world = new World();

  private void diesAndComesBack(Deployment... deployments) {
    world.dies();
    for (Deployment deployment : deployments) {
      world.becomesReady(deployment);
    }
  }

  /** The pool lives on while the worker's heart beats or not. */
  private void pass(Duration time, boolean beating) {
    for (long at = 0; at < time.toMillis(); at += 1_000) {
      if (beating) {
        world.runtime.listener.heartbeat(World.WORKER);
      }
      world.advance(ofMillis(1_000));
    }
  }

  @Test
  void the_leases_of_a_dead_worker_are_void_at_once_and_its_task_runs_again() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    long dead = world.runtime.last().lease();
    diesAndComesBack(function);
    assertThat(reply.attempts).containsExactly(1, 2);
    world.done(dead);
    assertThat(reply.ended()).isFalse();
    assertThat(world.meters.count("millrace_fenced_reports_total")).isEqualTo(1);
    assertThat(world.meters.count("millrace_lost_runtimes_total")).isEqualTo(1);
    assertThat(world.meters.count("millrace_retries_total")).isEqualTo(1);
    world.done(world.runtime.last().lease());
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void each_task_of_a_dead_workers_batch_is_retried_alone_and_before_the_others() {
    var function = world.function(1, 8, 1);
    world.submit(function);
    var first = world.submit(function);
    var second = world.submit(function);
    world.done(world.runtime.last().lease());
    var newcomer = world.submit(function);
    var another = world.submit(function);
    diesAndComesBack(function);
    assertThat(world.runtime.last().attempts()).extracting(a -> a.task()).containsOnly(first.task);
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.last().attempts()).extracting(a -> a.task()).containsOnly(second.task);
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.last().attempts())
        .extracting(a -> a.task())
        .containsExactly(newcomer.task, another.task);
  }

  @Test
  void a_task_whose_runtime_is_not_back_waits_until_its_deadline_and_nothing_spins() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function, STANDARD, ofSeconds(10));
    world.dies();
    world.advance(ofMillis(9_990));
    assertThat(reply.ended()).isFalse();
    assertThat(world.runtime.batches).hasSize(1);
    world.advance(ofMillis(20));
    assertThat(reply.state()).isEqualTo(TaskState.EXPIRED);
  }

  @Test
  void the_third_worker_that_dies_under_a_lone_task_quarantines_it() {
    var function = world.function(1, 8, 1);
    var poison = world.submit(function);
    diesAndComesBack(function);
    diesAndComesBack(function);
    assertThat(poison.ended()).isFalse();
    world.dies();
    assertThat(poison.state()).isEqualTo(TaskState.QUARANTINED);
    assertThat(poison.end().problem().code()).isEqualTo(ErrorCode.QUARANTINED);
    assertThat(poison.end().problem().message()).contains("3 workers", "signal 9");
  }

  @Test
  void a_poison_in_a_batch_is_found_and_nobody_else_is_harmed() {
    var function = world.function(1, 8, 1);
    world.submit(function);
    var innocent = world.submit(function);
    var poison = world.submit(function);
    var other = world.submit(function);
    world.done(world.runtime.last().lease());
    int deaths = playPoison(poison, function);
    assertThat(poison.state()).isEqualTo(TaskState.QUARANTINED);
    assertThat(innocent.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(other.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(deaths).as("one in company, three alone").isEqualTo(4);
  }

  @Test
  void a_poison_among_sequences_side_by_side_is_found_and_nobody_else_is_harmed() {
    var generator = world.generator(1, 4);
    var streams =
        java.util.stream.IntStream.range(0, 6).mapToObj(i -> world.submit(generator)).toList();
    var poison = streams.get(2);
    int deaths = playPoison(poison, generator);
    assertThat(poison.state()).isEqualTo(TaskState.QUARANTINED);
    assertThat(streams.stream().filter(s -> s.state() == TaskState.SUCCEEDED)).hasSize(5);
    assertThat(deaths).as("two in company, three alone").isEqualTo(5);
  }

  /** Whatever runs ends well, unless the poison runs: then the worker dies. */
  private int playPoison(RecordingStream poison, Deployment deployment) {
    int deaths = 0;
    while (!world.runtime.live.isEmpty()) {
      boolean poisoned =
          world.runtime.live.values().stream().anyMatch(a -> a.task() == poison.task);
      if (poisoned) {
        deaths++;
        diesAndComesBack(deployment);
      } else {
        world.done(world.runtime.live.keySet().iterator().next());
      }
    }
    return deaths;
  }

  @Test
  void a_death_in_company_does_not_count_towards_quarantine() {
    var one = world.function(1, 1, 1);
    var two = world.function(2, 1, 1);
    var reply = world.submit(one);
    var company = world.submit(two);
    world.dies();
    world.becomesReady(one);
    diesAndComesBack(one);
    diesAndComesBack(one);
    assertThat(reply.ended()).as("one death in company, two alone").isFalse();
    world.dies();
    assertThat(reply.state()).isEqualTo(TaskState.QUARANTINED);
    assertThat(company.ended()).isFalse();
  }

  @Test
  void a_task_under_suspicion_has_the_worker_to_itself_and_is_not_kept_waiting_by_newcomers() {
    var generator = world.generator(1, 2);
    var suspect = world.submit(generator);
    var other = world.submit(generator);
    diesAndComesBack(generator);
    assertThat(world.runtime.live).as("after one death: side by side").hasSize(2);
    diesAndComesBack(generator);
    assertThat(world.runtime.live.values()).extracting(a -> a.task()).containsOnly(suspect.task);
    world.submit(generator, dev.millrace.domain.task.TaskClass.CRITICAL);
    assertThat(world.runtime.live).hasSize(1);
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.live.values())
        .as("the critical newcomer goes first, then the worker is emptied for the other")
        .extracting(a -> a.task().taskClass())
        .containsOnly(dev.millrace.domain.task.TaskClass.CRITICAL);
    world.submit(generator);
    assertThat(world.runtime.live).hasSize(1);
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.live.values()).extracting(a -> a.task()).containsOnly(other.task);
  }

  @Test
  void a_suspect_that_is_cancelled_while_the_worker_is_emptied_for_it_frees_the_worker() {
    var generator = world.generator(1, 2);
    var first = world.submit(generator);
    var second = world.submit(generator);
    diesAndComesBack(generator);
    diesAndComesBack(generator);
    world.submit(generator, dev.millrace.domain.task.TaskClass.CRITICAL);
    world.cancel(first);
    world.runtime.failed(world.runtime.live.keySet().iterator().next(), ErrorCode.CANCELLED);
    world.turn();
    world.submit(generator);
    assertThat(world.runtime.live).as("held for the second suspect").hasSize(1);
    world.cancel(second);
    assertThat(world.runtime.live).hasSize(2);
  }

  @Test
  void a_runtime_without_a_heartbeat_for_a_lease_is_taken_for_lost() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    long lease = world.runtime.last().lease();
    pass(ofSeconds(20), true);
    assertThat(world.runtime.cancelled).isEmpty();
    pass(ofSeconds(4), false);
    assertThat(world.runtime.cancelled).isEmpty();
    pass(ofSeconds(2), false);
    assertThat(world.runtime.cancelled).as("it may only be slow: told to stop").contains(lease);
    assertThat(reply.ended()).isFalse();
    assertThat(reply.attempts).as("it serves nothing while it is silent").containsExactly(1);
  }

  @Test
  void a_worker_that_was_stopped_and_goes_on_is_fenced_and_serves_again() {
    var generator = world.generator(1, 1);
    var reply = world.submit(generator);
    long zombie = world.runtime.last().lease();
    pass(ofSeconds(2), true);
    world.token(zombie, 1);
    pass(ofSeconds(30), false);
    world.token(zombie, 2);
    world.done(zombie);
    assertThat(reply.tokenIds()).containsExactly(1);
    assertThat(world.meters.count("millrace_fenced_reports_total")).isEqualTo(2);
    pass(ofSeconds(1), true);
    world.advance(ofSeconds(1));
    assertThat(reply.attempts).containsExactly(1, 2);
    assertThat(world.runtime.last().attempts().getFirst().recordedIds()).containsExactly(1);
    world.token(world.runtime.last().lease(), 2);
    world.done(world.runtime.last().lease());
    assertThat(reply.tokenIds()).containsExactly(1, 2);
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void a_runtime_that_never_sent_a_heartbeat_is_not_watched() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    pass(ofSeconds(60), false);
    assertThat(world.runtime.cancelled).isEmpty();
    assertThat(world.meters.count("millrace_lost_runtimes_total")).isZero();
  }

  @Test
  void after_a_long_pause_of_the_node_itself_no_worker_is_blamed() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    pass(ofSeconds(2), true);
    world.clock.advance(ofSeconds(20));
    world.turn();
    assertThat(world.runtime.cancelled).isEmpty();
    pass(ofSeconds(7), false);
    assertThat(world.runtime.cancelled).as("but it must be heard then").hasSize(1);
  }

  @Test
  void the_death_of_a_worker_that_serves_something_else_changes_nothing() {
    var function = world.function(1, 1, 1);
    var reply = world.submit(function);
    world.runtime.listener.lost("worker-9", "signal 9");
    world.turn();
    world.done(world.runtime.last().lease());
    assertThat(reply.attempts).containsExactly(1);
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void lease_numbers_grow_over_restarts_so_that_an_earlier_one_means_nothing() {
    var earlier = new World(SchedulingConfig.DEFAULT, 4);
    earlier.submit(earlier.function(1, 1, 1));
    long old = earlier.runtime.last().lease();
    var later = new World(SchedulingConfig.DEFAULT, 5);
    var reply = later.submit(later.function(1, 1, 1));
    assertThat(later.runtime.last().lease()).isGreaterThan(old);
    assertThat(later.runtime.last().lease() >>> 40).isEqualTo(5);
    later.done(old);
    assertThat(reply.ended()).isFalse();
    assertThat(later.meters.count("millrace_fenced_reports_total")).isEqualTo(1);
  }

  @Test
  void an_epoch_that_does_not_fit_is_refused() {
    assertThatThrownBy(() -> new World(SchedulingConfig.DEFAULT, 1L << 23))
        .hasMessageContaining("8388608")
        .hasMessageContaining("0..8388607");
  }
}
