package dev.millrace.journal;

import dev.millrace.domain.port.TaskSink;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.log.LogSettings;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.kernel.sim.SimulatedDisk;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Executor;

/** A node's journal on a simulated disk under a virtual clock, turned by hand. */
final class JournalWorld {

  static final Path DIRECTORY = Path.of("/journal");
  static final int TENANT = 7;
  static final End SUCCEEDED =
      new End(TaskState.SUCCEEDED, "stop", new Usage(2, 3), List.of(), List.of(), null);
  static final LogSettings SMALL_LOG =
      new LogSettings(16 << 10, 4096, 1024, 256, Duration.ofMillis(100), 0);
  static final JournalSettings SMALL =
      new JournalSettings(
          SMALL_LOG,
          400,
          1 << 20,
          4,
          1024,
          Duration.ofHours(24),
          1024,
          Duration.ofMinutes(10),
          1L << 40,
          Duration.ofHours(24),
          1L << 30);

  final VirtualClock clock = new VirtualClock();
  final TaskIds ids = new TaskIds(clock, new Random(5), 0);
  final List<Throwable> failures = new ArrayList<>();
  final List<Task> dispatched = new ArrayList<>();

  /** Background work that waits to be run, when {@link #deferred} is set. */
  final Queue<Runnable> later = new ArrayDeque<>();

  boolean deferred;
  SimulatedDisk disk = new SimulatedDisk();
  JournalSettings settings = SMALL;
  Meters meters = Meters.none();
  Journal journal;
  Agent agent;
  FakeStreams streams;
  Journal.Recovered recovered;
  TaskSink next = (task, stream) -> dispatched.add(task);

  static JournalWorld started() {
    return new JournalWorld().start();
  }

  /** A process starts on what the disk has. */
  JournalWorld start() {
    try {
      dispatched.clear();
      Executor executor = work -> later.add(work);
      journal =
          Journal.open(
              disk,
              DIRECTORY,
              settings,
              clock,
              work -> {
                if (deferred) {
                  executor.execute(work);
                } else {
                  work.run();
                }
              },
              meters,
              failures::add);
      agent = journal.start(() -> {});
      streams = new FakeStreams(journal);
      TaskSink sink = (task, stream) -> next.accept(task, stream);
      recovered = journal.recover(streams, streams, sink, sink);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  int turn() {
    return agent.turn(clock.nanoTime());
  }

  void runLater() {
    for (Runnable work; (work = later.poll()) != null; ) {
      work.run();
    }
  }

  /** Turns until there is nothing to do at this moment. */
  void settle() {
    for (int turns = 0; turn() > 0 && turns < 1_000; turns++) {
      // each turn writes a block
    }
  }

  void advance(Duration by) {
    clock.advance(by);
    settle();
  }

  void close() throws IOException {
    agent.closed();
    journal.close();
  }

  /** Power loss, and the next process. */
  JournalWorld crashAndRestart() {
    disk.crash();
    return start();
  }

  /** kill -9, and the next process. */
  JournalWorld killAndRestart() {
    disk.killProcess();
    return start();
  }

  // ---- tasks ----

  Task task() {
    return task(Durability.FSYNC, null, "{}");
  }

  Task keyed(String key, String input) {
    return task(Durability.FSYNC, key, input);
  }

  Task task(Durability durability, String key, String input) {
    return task(TENANT, "tasks", durability, key, input);
  }

  Task task(int tenant, String door, Durability durability, String key, String input) {
    var settings =
        new Task.Settings(
            TaskClass.STANDARD, durability, OnDisconnect.DETACH, true, 60_000, door, null, key);
    var stamps = new Stamps();
    stamps.mark(Stamp.ACCEPTED, clock.nanoTime());
    return new Task(
        ids.next(durability),
        tenant,
        "sim",
        new Input.Json(input.getBytes(StandardCharsets.UTF_8)),
        settings,
        clock.wallMillis(),
        clock.nanoTime() + 60_000_000_000L,
        3,
        stamps);
  }

  /** Hands a task in; its answer may come with a later turn. */
  TestDoor submit(Task task) {
    TestDoor door = new TestDoor(task);
    journal.submit(task, door);
    return door;
  }

  /** A task that is acknowledged. */
  Task accepted() {
    TestDoor door = submit(task());
    settle();
    if (!door.acknowledged) {
      throw new AssertionError("refused: " + door.refusal);
    }
    return door.task;
  }

  FakeStreams.Stream stream(Task task) {
    return streams.open.get(task.id());
  }

  List<TaskId> dispatchedIds() {
    return dispatched.stream().map(Task::id).toList();
  }
}
