package dev.millrace.streams;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
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
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A small world for the tests: streams, a log that is written when told to, a clock. */
final class Streaming {
  static final int TENANT = 1;
  static final End SUCCEEDED =
      new End(TaskState.SUCCEEDED, "stop", new Usage(2, 3), List.of(), List.of(), null);

  final VirtualClock clock = new VirtualClock();
  final FakeLog log = new FakeLog();
  final TaskStreams streams;
  private final TaskIds ids = new TaskIds(clock, new Random(3), 0);

  Streaming() {
    this(new TaskStreams.Settings(Duration.ofMinutes(10), 64 << 20, 2));
  }

  Streaming(TaskStreams.Settings settings) {
    streams = new TaskStreams(log, clock, settings, Runnable::run, Meters.none());
  }

  Task task(Durability durability) {
    return task(durability, OnDisconnect.DETACH);
  }

  Task task(Durability durability, OnDisconnect onDisconnect) {
    var settings =
        new Task.Settings(
            TaskClass.STANDARD, durability, onDisconnect, true, 5_000, "tasks", null, null);
    var stamps = new Stamps();
    stamps.mark(Stamp.ACCEPTED, clock.nanoTime());
    clock.advance(Duration.ofMillis(1));
    return new Task(
        ids.next(durability),
        TENANT,
        "sim",
        new Input.Json("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        settings,
        clock.wallMillis(),
        clock.nanoTime() + 5_000_000_000L,
        1,
        stamps);
  }

  /** Opens, streams the words, ends, and lets the log write it all. */
  Task ended(Durability durability, String... words) {
    Task task = task(durability);
    var writer = streams.open(task);
    for (int i = 0; i < words.length; i++) {
      writer.append(new Token(i, words[i]));
    }
    writer.append(SUCCEEDED);
    log.writeAll();
    return task;
  }

  @Nullable StreamView find(TaskId id) {
    return find(id, TENANT);
  }

  @Nullable StreamView find(TaskId id, int tenant) {
    var found = new ArrayList<@Nullable StreamView>();
    streams.find(id, tenant, found::add);
    if (found.size() != 1) {
      throw new AssertionError("answered " + found.size() + " times");
    }
    return found.getFirst();
  }

  static List<StreamEvent> read(StreamView.Cursor cursor) {
    List<StreamEvent> events = new ArrayList<>();
    for (StreamEvent event; (event = cursor.next()) != null; ) {
      events.add(event);
    }
    return events;
  }

  /** Keeps records in memory and acknowledges them only when the test says so. */
  static final class FakeLog implements EventRecorder {
    final List<byte[]> transcripts = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @Override
    public void record(Task task, int number, StreamEvent event, Written written) {
      waiting.add(() -> written.written(number));
    }

    @Override
    public void recordEnd(Task task, int number, byte[] transcript, WrittenAt written) {
      waiting.add(
          () -> {
            transcripts.add(transcript);
            written.written(number, transcripts.size() - 1);
          });
    }

    @Override
    public byte[] readTranscript(long position) throws IOException {
      if (position >= transcripts.size()) {
        throw new IOException("nothing at " + position);
      }
      return transcripts.get((int) position);
    }

    void writeOne() {
      waiting.remove().run();
    }

    void writeAll() {
      while (!waiting.isEmpty()) {
        writeOne();
      }
    }
  }
}
