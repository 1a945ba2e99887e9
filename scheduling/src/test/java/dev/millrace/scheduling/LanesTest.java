package dev.millrace.scheduling;

import static dev.millrace.domain.task.TaskClass.CRITICAL;
import static dev.millrace.domain.task.TaskClass.SHEDDABLE;
import static dev.millrace.domain.task.TaskClass.STANDARD;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.LaneSpace.Room;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {

  private final World world = new World();

  @Test
  void a_task_that_finds_a_free_slot_goes_at_once() {
    var function = world.function(1, 8, 1);
    var reply = world.submit(function);
    assertThat(world.runtime.batches).hasSize(1);
    assertThat(reply.attempts).containsExactly(1);
    world.done(world.runtime.last().lease());
    assertThat(reply.state()).isEqualTo(TaskState.SUCCEEDED);
  }

  @Test
  void tasks_gather_while_all_slots_are_busy_and_go_as_one_batch() {
    var function = world.function(1, 8, 1);
    world.submit(function);
    for (int i = 0; i < 10; i++) {
      world.submit(function);
    }
    assertThat(world.runtime.batches).hasSize(1);
    world.done(world.runtime.last().lease());
    assertThat(world.runtime.last().size()).isEqualTo(8);
    world.runtime.allDone(world.runtime.last());
    world.turn();
    assertThat(world.runtime.last().size()).isEqualTo(2);
  }

  @Test
  void the_slot_of_a_batch_is_free_only_when_its_last_task_is_done() {
    var function = world.function(1, 8, 1);
    world.submit(function);
    world.submit(function);
    world.submit(function);
    world.done(world.runtime.last().lease());
    var batch = world.runtime.last();
    world.submit(function);
    world.done(batch.attempts().get(0).lease());
    assertThat(world.runtime.last()).isSameAs(batch);
    world.done(batch.attempts().get(1).lease());
    assertThat(world.runtime.last()).isNotSameAs(batch);
  }

  @Test
  void a_generator_runs_as_many_sequences_as_it_has_slots() {
    var generator = world.generator(1, 3);
    for (int i = 0; i < 5; i++) {
      world.submit(generator);
    }
    assertThat(world.runtime.live).hasSize(3);
    world.done(world.runtime.batches.get(1).lease());
    assertThat(world.runtime.live).hasSize(3);
    assertThat(world.runtime.batches).hasSize(4);
  }

  @Test
  void a_deployment_that_is_busy_holds_up_no_other() {
    var busy = world.function(1, 1, 1);
    var other = world.function(2, 1, 1);
    world.submit(busy);
    world.submit(busy, CRITICAL);
    world.submit(other, SHEDDABLE);
    assertThat(world.runtime.last().deployment()).isSameAs(other);
  }

  @Test
  void a_task_waits_for_a_deployment_that_is_not_ready() {
    Deployment slow = World.deployment(1, ModelSpec.Kind.CLASSIFY, 1, 1);
    var reply = world.submit(slow);
    world.advance(ofSeconds(10));
    assertThat(reply.ended()).isFalse();
    world.becomesReady(slow);
    assertThat(reply.attempts).containsExactly(1);
  }

  @Test
  void a_task_for_a_model_that_cannot_be_loaded_ends_with_the_reason() {
    Deployment broken = World.deployment(1, ModelSpec.Kind.CLASSIFY, 1, 1);
    var waiting = world.submit(broken);
    Problem problem = Problem.of(ErrorCode.RUNTIME_FAILED, "model.onnx: a digest that differs");
    world.runtime.listener.unavailable(1, World.WORKER, problem);
    world.turn();
    assertThat(waiting.end().problem()).isEqualTo(problem);
    assertThat(world.submit(broken).state()).isEqualTo(TaskState.FAILED);
    world.becomesReady(broken);
    assertThat(world.submit(broken).attempts).containsExactly(1);
  }

  @Test
  void a_task_for_a_model_that_is_loading_waits() {
    Deployment loading = World.deployment(1, ModelSpec.Kind.CLASSIFY, 1, 1);
    Problem problem = Problem.of(ErrorCode.MODEL_LOADING, "40 %");
    world.runtime.listener.unavailable(1, World.WORKER, problem);
    var reply = world.submit(loading);
    assertThat(reply.ended()).isFalse();
    world.becomesReady(loading);
    assertThat(reply.attempts).containsExactly(1);
  }

  @Test
  void the_more_precious_class_goes_first_and_arrival_decides_inside_a_class() {
    var function = world.function(1, 1, 1);
    world.submit(function);
    var sheddable = world.submit(function, SHEDDABLE);
    var standard = world.submit(function, STANDARD);
    var critical = world.submit(function, CRITICAL);
    var later = world.submit(function, CRITICAL);
    assertThat(orderOfRuns(5))
        .endsWith(critical.task.id(), later.task.id(), standard.task.id(), sheddable.task.id());
  }

  private List<Object> orderOfRuns(int count) {
    List<Object> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var batch = world.runtime.last();
      order.add(batch.attempts().getFirst().task().id());
      world.done(batch.lease());
    }
    return order;
  }

  @Test
  void a_lower_class_gets_at_least_one_of_sixteen_dispatches() {
    var function = world.function(1, 1, 1);
    for (TaskClass taskClass : TaskClass.values()) {
      for (int i = 0; i < 200; i++) {
        world.submit(function, taskClass);
      }
    }
    List<TaskClass> order = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      var batch = world.runtime.last();
      order.add(batch.attempts().getFirst().task().taskClass());
      world.done(batch.lease());
    }
    // The very first found the slot free, before anybody waited.
    for (int from = 1; from + 16 <= order.size(); from++) {
      assertThat(order.subList(from, from + 16)).contains(STANDARD, SHEDDABLE);
    }
    assertThat(order.stream().filter(CRITICAL::equals).count()).isGreaterThan(160);
  }

  @Test
  void a_lane_takes_no_more_than_its_places_and_they_come_back_with_the_first_lease() {
    var small = new World(new SchedulingConfig(3, ofSeconds(60), ofSeconds(5), 3, 16, 64, 1 << 20));
    var function = small.function(1, 1, 1);
    small.submit(function);
    assertThat(small.placesTaken()).isZero();
    for (int i = 0; i < 3; i++) {
      small.submit(function);
    }
    assertThat(small.reserve(STANDARD)).isFalse();
    assertThat(small.reserve(CRITICAL)).isTrue();
    small.done(small.runtime.last().lease());
    assertThat(small.reserve(STANDARD)).isTrue();
  }

  @Test
  void the_inputs_of_a_pool_hold_no_more_bytes_than_set_until_their_tasks_end() {
    var small = new World(new SchedulingConfig(100, ofSeconds(60), ofSeconds(5), 3, 16, 64, 6));
    var function = small.function(1, 1, 1);
    small.submit(function);
    var waits = small.submit(function);
    small.submit(function, STANDARD, ofSeconds(1));
    assertThat(small.scheduling.reserve(World.POOL, CRITICAL, 2)).isEqualTo(Room.INPUTS_FULL);
    assertThat(small.scheduling.taken(World.POOL, CRITICAL)).isZero();

    small.cancel(waits);
    assertThat(small.reserve(STANDARD)).as("cancelled in the lane").isTrue();
    assertThat(small.reserve(STANDARD)).isFalse();
    small.done(small.runtime.last().lease());
    assertThat(small.reserve(STANDARD)).as("ended by the runtime").isTrue();
    small.done(small.runtime.last().lease());
    assertThat(small.reserve(STANDARD)).isTrue();
    assertThat(small.reserve(STANDARD)).isFalse();
    small.scheduling.release(World.POOL, STANDARD, 2);
    assertThat(small.reserve(STANDARD)).as("given back unused").isTrue();
  }

  @Test
  void an_input_expires_with_its_task() {
    var small = new World(new SchedulingConfig(100, ofSeconds(60), ofSeconds(5), 3, 16, 64, 4));
    var function = small.function(1, 1, 1);
    small.submit(function);
    small.submit(function, STANDARD, ofSeconds(1));
    assertThat(small.reserve(STANDARD)).isFalse();
    small.advance(ofSeconds(2));
    assertThat(small.reserve(STANDARD)).isTrue();
  }

  @Test
  void an_input_larger_than_all_room_is_let_in_alone() {
    InputBytes inputs = new InputBytes(10);
    assertThat(inputs.reserve(64)).isTrue();
    assertThat(inputs.reserve(1)).isFalse();
    inputs.release(64);
    assertThat(inputs.reserve(10)).isTrue();
    inputs.occupy(5);
    assertThat(inputs.held()).isEqualTo(15);
  }

  @Test
  void a_recovered_task_takes_a_place_even_when_there_is_none() {
    var small = new World(new SchedulingConfig(1, ofSeconds(60), ofSeconds(5), 3, 16, 64, 1 << 20));
    small.scheduling.occupy(World.POOL, STANDARD, 2);
    small.scheduling.occupy(World.POOL, STANDARD, 2);
    assertThat(small.scheduling.taken(World.POOL, STANDARD)).isEqualTo(2);
    assertThat(small.reserve(STANDARD)).isFalse();
  }

  @Test
  void a_place_given_back_that_nobody_held_is_counted_and_makes_no_room() {
    world.scheduling.release(World.POOL, STANDARD, 2);
    assertThat(world.placesTaken()).isZero();
    assertThat(world.meters.count("millrace_miscounted_places_total")).isEqualTo(1);
  }

  @Test
  void a_task_for_a_pool_that_is_not_open_ends_as_failed_and_gives_its_place_back() {
    var elsewhere = World.deployment(1, ModelSpec.Kind.CLASSIFY, 1, 1);
    Deployment nowhere =
        new Deployment(2, elsewhere.spec(), "nowhere", ModelSpec.Isolation.WORKER, 1, 1, false);
    var reply = world.submit(nowhere);
    assertThat(reply.end().problem().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(world.placesTaken()).isZero();
  }

  @Test
  void the_expected_wait_grows_with_what_waits_ahead() {
    var function = world.function(1, 1, 1);
    for (int i = 0; i < 100; i++) {
      world.submit(function);
    }
    for (int i = 0; i < 50; i++) {
      world.advance(ofMillis(20));
      world.done(world.runtime.last().lease());
    }
    assertThat(world.scheduling.expectedWaitMillis(World.POOL, STANDARD)).isBetween(900L, 1_100L);
    assertThat(world.scheduling.expectedWaitMillis(World.POOL, CRITICAL)).isZero();
    world.advance(ofSeconds(5));
    assertThat(world.scheduling.expectedWaitMillis(World.POOL, STANDARD))
        .as("nothing moved for 5 s")
        .isGreaterThanOrEqualTo(5_000);
  }

  @Test
  void each_hand_off_is_stamped_and_counted() {
    var generator = world.generator(1, 1);
    world.submit(generator);
    var reply = world.submit(generator);
    assertThat(world.meters.gauge("millrace_tasks{state=queued,class=standard}")).isEqualTo(1);
    assertThat(world.meters.gauge("millrace_tasks{state=running,class=standard}")).isEqualTo(1);
    world.advance(ofMillis(10));
    world.done(world.runtime.last().lease());
    long lease = world.runtime.last().lease();
    world.advance(ofMillis(10));
    world.runtime.listener.started(lease);
    world.turn();
    world.advance(ofMillis(10));
    world.token(lease, 1);
    world.advance(ofMillis(10));
    world.token(lease, 2);
    world.done(lease);
    var stamps = reply.task.stamps();
    assertThat(stamps.at(Stamp.FEATURES_READY)).isEqualTo(stamps.at(Stamp.QUEUED));
    assertThat(millisFrom(reply, Stamp.QUEUED, Stamp.LEASED)).isEqualTo(10);
    assertThat(millisFrom(reply, Stamp.LEASED, Stamp.MODEL_START)).isEqualTo(10);
    assertThat(millisFrom(reply, Stamp.MODEL_START, Stamp.FIRST_TOKEN)).isEqualTo(10);
    assertThat(millisFrom(reply, Stamp.FIRST_TOKEN, Stamp.MODEL_FINISH)).isEqualTo(10);
    assertThat(world.meters.count("millrace_queue_wait_seconds{class=standard}")).isEqualTo(2);
    assertThat(world.meters.count("millrace_requests_total{finish_reason=stop}")).isEqualTo(2);
    assertThat(world.meters.count("millrace_attempts_total")).isEqualTo(2);
    assertThat(world.meters.count("millrace_batches_total{model=model-1}")).isEqualTo(2);
    String label = "{gen_ai_request_model=model-1}";
    assertThat(world.meters.count("gen_ai_server_time_to_first_token_seconds" + label))
        .isEqualTo(1);
    assertThat(world.meters.count("gen_ai_server_time_per_output_token_seconds" + label))
        .isEqualTo(1);
    assertThat(world.meters.gauge("millrace_tasks{state=running,class=standard}")).isZero();
  }

  private static long millisFrom(RecordingStream reply, Stamp from, Stamp to) {
    var stamps = reply.task.stamps();
    // 0 is stamped as 1: round.
    return Math.round((stamps.at(to) - stamps.at(from)) / 1e6);
  }

  @Test
  void finish_reasons_that_a_runtime_invents_do_not_become_labels() {
    var meters = new SchedulingMeters(world.meters, world.clock);
    meters.ended(TaskState.SUCCEEDED, "because " + System.identityHashCode(this));
    assertThat(world.meters.count("millrace_requests_total{finish_reason=other}")).isEqualTo(1);
  }

  @Test
  void ten_thousand_tasks_are_served_in_the_order_in_which_they_came() {
    var function = world.function(1, 64, 1);
    List<RecordingStream> replies = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      replies.add(
          world.submit(function, world.task(function, STANDARD, ofSeconds(60), Durability.MEMORY)));
    }
    List<Object> order = new ArrayList<>();
    while (!world.runtime.live.isEmpty()) {
      var batch = world.runtime.last();
      batch.attempts().forEach(attempt -> order.add(attempt.task().id()));
      world.runtime.allDone(batch);
      world.turn();
    }
    assertThat(order).isEqualTo(replies.stream().map(reply -> (Object) reply.task.id()).toList());
    assertThat(world.scheduling.liveTasks()).isZero();
  }
}
