package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.LaneSpace.Room;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The pool on a thread of its own, doors and runtimes on others: nothing sleeps through news. */
class PoolThreadTest {

  private static final int DOORS = 2;
  private static final int TASKS = 2_000;

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ends = new CountDownLatch(DOORS * TASKS);
  private final Deployment deployment = World.deployment(1, ModelSpec.Kind.GENERATE, 1, 8);
  private final World tasks = new World();

  @Test
  void every_task_of_many_threads_ends_and_every_place_comes_back() throws Exception {
    AgentThread thread = new AgentThread(Clock.system(), (agent, cause) -> failure.set(cause));
    AtomicReference<ModelRuntime.Listener> listener = new AtomicReference<>();
    Scheduling scheduling =
        new Scheduling(
            SchedulingConfig.DEFAULT,
            1,
            Clock.system(),
            Meters.none(),
            any -> new Echo(listener),
            task -> World.POOL,
            name -> thread);
    listener.set(scheduling.pool(World.POOL).listener());
    thread.start(scheduling.pool(World.POOL));
    listener.get().ready(deployment.id(), World.WORKER);
    try {
      submitFromManyThreads(scheduling);
      assertThat(ends.await(30, TimeUnit.SECONDS)).as("all ended").isTrue();
      assertThat(scheduling.drain(Clock.system().nanoTime() + 10_000_000_000L))
          .succeedsWithin(Duration.ofSeconds(10))
          .isEqualTo(new Drained(0, 0));
    } finally {
      thread.close();
    }
    assertThat(failure.get()).isNull();
    assertThat(scheduling.taken(World.POOL, TaskClass.STANDARD)).isZero();
    assertThat(scheduling.liveTasks()).isZero();
  }

  private void submitFromManyThreads(Scheduling scheduling) throws InterruptedException {
    List<Thread> doors = new ArrayList<>();
    for (int door = 0; door < DOORS; door++) {
      List<Task> mine = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        mine.add(inAMinute());
      }
      doors.add(Thread.ofPlatform().start(() -> mine.forEach(task -> submit(scheduling, task))));
    }
    for (Thread door : doors) {
      door.join();
    }
  }

  private Task inAMinute() {
    Task task =
        tasks.task(deployment, TaskClass.STANDARD, Duration.ofMinutes(1), Durability.MEMORY);
    return new Task(
        task.id(),
        task.tenant(),
        task.model(),
        task.input(),
        task.settings(),
        task.acceptedWallMillis(),
        Clock.system().nanoTime() + 60_000_000_000L,
        task.snapshot(),
        task.stamps());
  }

  private void submit(Scheduling scheduling, Task task) {
    if (scheduling.reserve(World.POOL, task.taskClass(), 2) != Room.RESERVED) {
      throw new AssertionError("the lane is full");
    }
    RecordingStream stream =
        new RecordingStream(task) {
          @Override
          public int append(StreamEvent event) {
            int number = super.append(event);
            if (event instanceof StreamEvent.End) {
              ends.countDown();
            }
            return number;
          }
        };
    scheduling.dispatch(task, new Plan(List.of(new Plan.Step(deployment)), 1), stream);
  }

  /** Answers each attempt with two tokens, from a thread of its own. */
  private record Echo(AtomicReference<ModelRuntime.Listener> listener) implements ModelRuntime {
    @Override
    public void assign(Deployment deployment, List<Attempt> attempts) {
      List<Attempt> mine = List.copyOf(attempts);
      Thread.startVirtualThread(() -> mine.forEach(attempt -> answer(attempt.lease())));
    }

    private void answer(long lease) {
      listener.get().started(lease);
      listener.get().token(lease, 1, "a");
      listener.get().token(lease, 2, "b");
      listener.get().done(lease, new Result("stop", new Usage(1, 2), List.of(), List.of()));
    }

    @Override
    public void cancel(long lease) {
      throw new AssertionError("nothing is cancelled here");
    }
  }
}
