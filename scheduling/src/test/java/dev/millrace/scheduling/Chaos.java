package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One pool with two functions and a generator on one worker, driven by a seed: submits, cancels,
 * tokens, answers, failures, deaths, silences, stale reports, passing time, all at random.
 *
 * <p>The worker here answers each cancel after a while, loses everything in a death, and generates
 * the tokens 1, 2, 3, ... of each answer, from where the recorded ones end: so a hole, a double or
 * a rewrite is seen in the stream at once.
 */
final class Chaos {

  private static final TaskClass[] CLASSES = TaskClass.values();
  private static final int LANE = 40;

  private final Random random;
  private final World world =
      new World(
          new SchedulingConfig(
              LANE, Duration.ofSeconds(20), Duration.ofSeconds(5), 3, 16, 64, 1 << 20));
  private final List<Deployment> deployments =
      List.of(world.function(1, 4, 2), world.function(2, 1, 1), world.generator(3, 3));
  private final List<RecordingStream> streams = new ArrayList<>();
  private final Map<Long, Running> running = new HashMap<>();
  private final Set<Long> everGiven = new HashSet<>();
  private final List<Long> voidLeases = new ArrayList<>();
  private final Map<Task, RecordingStream> byTask = new HashMap<>();
  private final List<RecordingStream> mustHaveEnded = new ArrayList<>();
  private final Set<Task> suspects = new HashSet<>();
  private int batchesSeen;
  private long lossesSeen;
  private boolean beating = true;

  /** An attempt in the worker. */
  private static final class Running {
    final Attempt attempt;
    final FakeRuntime.Batch batch;
    int nextToken;
    boolean stopping;

    /** Its lease is void, since the worker fell silent; it does not know and goes on. */
    boolean zombie;

    Running(Attempt attempt, FakeRuntime.Batch batch) {
      this.attempt = attempt;
      this.batch = batch;
      int[] recorded = attempt.recordedIds();
      this.nextToken = recorded.length == 0 ? 1 : recorded[recorded.length - 1] + 1;
    }
  }

  Chaos(long seed) {
    this.random = new Random(seed);
  }

  void run(int steps) {
    for (int step = 0; step < steps; step++) {
      act();
      if (random.nextInt(3) > 0) {
        settle();
      }
    }
  }

  private void act() {
    int dice = random.nextInt(100);
    if (dice < 30) {
      submit();
    } else if (dice < 55) {
      tokens();
    } else if (dice < 75) {
      finish();
    } else if (dice < 82) {
      cancel();
    } else if (dice < 86) {
      stale();
    } else if (dice < 88) {
      die();
    } else if (dice < 89) {
      beating = !beating;
    } else {
      pass(random.nextInt(dice < 98 ? 200 : 3_000));
    }
  }

  private void submit() {
    for (int i = random.nextInt(6); i >= 0; i--) {
      TaskClass taskClass = CLASSES[random.nextInt(CLASSES.length)];
      Deployment deployment = deployments.get(random.nextInt(deployments.size()));
      boolean room = world.scheduling.taken(World.POOL, taskClass) < LANE;
      assertThat(world.reserve(taskClass)).isEqualTo(room);
      if (room) {
        Duration deadline = Duration.ofMillis(random.nextInt(random.nextBoolean() ? 300 : 30_000));
        Task task = world.task(deployment, taskClass, deadline, Durability.MEMORY);
        boolean cancelled = random.nextInt(40) == 0;
        if (cancelled) {
          world.scheduling.cancel(task.id(), CancelReason.CLIENT_GONE);
        }
        RecordingStream stream = world.dispatch(deployment, task);
        streams.add(stream);
        byTask.put(task, stream);
        if (cancelled) {
          mustHaveEnded.add(stream);
        }
      }
    }
  }

  private void tokens() {
    for (Running run : List.copyOf(running.values())) {
      if (isGenerator(run) && random.nextInt(3) > 0) {
        if (run.nextToken > 1 && run.attempt.number() > 1 && random.nextInt(60) == 0) {
          world.runtime.listener.restarted(run.attempt.lease());
          run.nextToken = 1;
        }
        for (int i = random.nextInt(random.nextInt(50) == 0 ? 100 : 4); i >= 0; i--) {
          world.runtime.listener.token(run.attempt.lease(), run.nextToken++, "t");
        }
      }
    }
  }

  private static boolean isGenerator(Running run) {
    return run.batch.deployment().spec().generates();
  }

  private void finish() {
    for (Running run : List.copyOf(running.values())) {
      if (run.stopping ? random.nextInt(2) == 0 : random.nextInt(4) == 0) {
        end(run);
      }
    }
  }

  private void end(Running run) {
    running.remove(run.attempt.lease());
    voidLeases.add(run.attempt.lease());
    if (random.nextInt(4) > 0 && !run.stopping) {
      world.runtime.done(run.attempt.lease());
    } else {
      world.runtime.failed(
          run.attempt.lease(), run.stopping ? ErrorCode.CANCELLED : ErrorCode.RUNTIME_FAILED);
    }
  }

  private void cancel() {
    if (!streams.isEmpty()) {
      RecordingStream stream = streams.get(random.nextInt(streams.size()));
      world.scheduling.cancel(stream.task.id(), CancelReason.REQUESTED);
      mustHaveEnded.add(stream);
    }
  }

  /** Reports under leases that ended, were lost, or never were. */
  private void stale() {
    long lease =
        voidLeases.isEmpty()
            ? random.nextLong()
            : voidLeases.get(random.nextInt(voidLeases.size()));
    switch (random.nextInt(4)) {
      case 0 -> world.runtime.listener.token(lease, -7, "stale");
      case 1 -> world.runtime.done(lease);
      case 2 -> world.runtime.failed(lease, ErrorCode.RUNTIME_FAILED);
      default -> world.runtime.listener.restarted(lease);
    }
  }

  private void die() {
    settle();
    voidLeases.addAll(running.keySet());
    running.values().stream()
        .filter(run -> !run.zombie && !run.stopping)
        .forEach(run -> suspects.add(run.attempt.task()));
    running.clear();
    world.runtime.dies(World.WORKER);
    settle();
    assertThat(running).as("given to a dead worker").isEmpty();
    pass(random.nextInt(500));
    deployments.forEach(world::becomesReady);
    settle();
  }

  private void pass(int millis) {
    settle(); // so that a lease given up for overrunning and one lost to silence are told apart
    for (int at = 0; at <= millis; at += 500) {
      if (beating) {
        world.runtime.listener.heartbeat(World.WORKER);
      }
      world.advance(Duration.ofMillis(Math.min(500, millis - at)));
      settle();
    }
  }

  /** The pool rests; then everything must be as it should. */
  private void settle() {
    world.turn();
    for (; batchesSeen < world.runtime.batches.size(); batchesSeen++) {
      given(world.runtime.batches.get(batchesSeen));
    }
    long losses = world.meters.count("millrace_lost_runtimes_total");
    if (losses > lossesSeen) {
      lossesSeen = losses;
      running
          .values()
          .forEach(
              run -> {
                if (!run.zombie && !run.stopping) {
                  suspects.add(run.attempt.task());
                }
                run.zombie = true;
              });
    }
    for (long lease : world.runtime.cancelled) {
      Running run = running.get(lease);
      if (run != null) {
        run.stopping = true;
      }
    }
    world.runtime.cancelled.clear();
    check();
  }

  private void given(FakeRuntime.Batch batch) {
    boolean generates = batch.deployment().spec().generates();
    assertThat(batch.size())
        .isBetween(1, generates ? batch.deployment().concurrency() : batch.deployment().maxBatch());
    for (Attempt attempt : batch.attempts()) {
      assertThat(everGiven.add(attempt.lease())).as("a lease given twice").isTrue();
      assertThat(attempt.remainingMillis()).isPositive();
      assertThat(byTask.get(attempt.task()).attempts).contains(attempt.number());
      if (suspects.contains(attempt.task())) {
        assertThat(batch.size()).as("a suspect is not mixed").isEqualTo(1);
      }
      assertThat(attempt.recordedIds())
          .as("the answer so far: 1, 2, 3, ...")
          .isEqualTo(IntStream.rangeClosed(1, attempt.recordedIds().length).toArray());
      running.put(attempt.lease(), new Running(attempt, batch));
    }
  }

  private void check() {
    Map<Integer, Set<FakeRuntime.Batch>> inFlight = new HashMap<>();
    Map<Integer, Integer> sequences = new HashMap<>();
    running.values().stream()
        .filter(run -> !run.zombie)
        .forEach(
            run -> {
              int id = run.batch.deployment().id();
              inFlight.computeIfAbsent(id, fresh -> new HashSet<>()).add(run.batch);
              sequences.merge(id, 1, Integer::sum);
            });
    for (Deployment deployment : deployments) {
      int used =
          deployment.spec().generates()
              ? sequences.getOrDefault(deployment.id(), 0)
              : inFlight.getOrDefault(deployment.id(), Set.of()).size();
      assertThat(used).as("in flight").isLessThanOrEqualTo(deployment.concurrency());
    }
    for (TaskClass taskClass : CLASSES) {
      assertThat(world.scheduling.taken(World.POOL, taskClass)).isBetween(0, LANE);
    }
    assertThat(world.meters.count("millrace_miscounted_places_total")).isZero();
    streams.forEach(this::checkStream);
    assertThat(mustHaveEnded).as("cancelled").allMatch(RecordingStream::ended);
    mustHaveEnded.clear();
  }

  private void checkStream(RecordingStream stream) {
    // The stream itself refuses whatever comes after its end.
    int expected = 1;
    for (var event : stream.events) {
      switch (event) {
        case dev.millrace.domain.stream.StreamEvent.Token(var id, var text) ->
            assertThat(id).as("tokens in order, no hole, no double").isEqualTo(expected++);
        case dev.millrace.domain.stream.StreamEvent.Notice notice -> expected = 1;
        case dev.millrace.domain.stream.StreamEvent.End end -> {}
      }
    }
    if (!stream.ended()) {
      long late = world.clock.nanoTime() - stream.task.deadlineNanos();
      assertThat(late).as("a deadline kept within 10 ms").isLessThan(10_000_000L);
    }
  }

  /** No more faults: all that is left must end. */
  void comeToRest() {
    beating = true;
    deployments.forEach(world::becomesReady);
    for (int i = 0; i < 2_000 && streams.stream().anyMatch(s -> !s.ended()); i++) {
      pass(20);
      finish();
      settle();
    }
    for (Running run : List.copyOf(running.values())) {
      end(run);
    }
    settle();
    assertThat(streams).allMatch(RecordingStream::ended);
    assertThat(world.placesTaken()).isZero();
    assertThat(world.scheduling.liveTasks()).isZero();
    for (TaskClass taskClass : CLASSES) {
      for (String state : List.of("queued", "running")) {
        String gauge = "millrace_tasks{state=" + state + ",class=" + taskClass.wireName() + "}";
        assertThat(world.meters.gauge(gauge)).as(gauge).isZero();
      }
    }
    assertThat(endsCounted()).isEqualTo(streams.size());
    slotsAreFree();
  }

  private long endsCounted() {
    long sum = 0;
    for (String reason :
        List.of(
            "stop",
            "length",
            "other",
            "succeeded",
            "failed",
            "cancelled",
            "expired",
            "quarantined")) {
      sum += world.meters.count("millrace_requests_total{finish_reason=" + reason + "}");
    }
    return sum;
  }

  /** Each deployment takes as much as on its first day. */
  private void slotsAreFree() {
    for (Deployment deployment : deployments) {
      int before = world.runtime.batches.size();
      List<RecordingStream> replies = new ArrayList<>();
      for (int i = 0; i < deployment.concurrency(); i++) {
        replies.add(world.submit(deployment));
      }
      assertThat(world.runtime.batches).hasSize(before + deployment.concurrency());
      List.copyOf(world.runtime.batches.subList(before, world.runtime.batches.size()))
          .forEach(world.runtime::allDone);
      world.turn();
      assertThat(replies).allMatch(reply -> reply.state() == TaskState.SUCCEEDED);
    }
  }
}
