package dev.millrace.streams;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.port.StreamRestorer;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.metrics.Meters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams: the live ones by id, the ended ones for as long as they are kept. Any thread.
 *
 * <p>A stream moves live → recent → shelf (memory) or index (log). It stays findable as live until
 * it can be found ended, so no reader falls between.
 */
public final class TaskStreams implements Streams, StreamRestorer {

  private static final Logger LOG = LoggerFactory.getLogger(TaskStreams.class);
  private static final int LIST_LOOKS_AT = 10_000;
  private static final double NANOS_PER_MILLI = 1_000_000;

  /**
   * @param keep how long after its end a stream can be followed from the start
   * @param memoryBudgetBytes for ended streams that no log holds
   * @param recent how many ended streams are kept whole, rounded down to a power of two
   */
  public record Settings(Duration keep, long memoryBudgetBytes, int recent) {
    public static final Settings DEFAULT = new Settings(Duration.ofMinutes(10), 64L << 20, 1_024);
  }

  private final ConcurrentHashMap<TaskId, TaskStream> live = new ConcurrentHashMap<>();
  private final EventRecorder recorder;
  private final Clock clock;
  private final Executor readers;
  private final RecentStreams recent;
  private final MemoryShelf shelf;
  private final EndedIndex index;

  /**
   * @param readers runs what waits for the disk: virtual threads
   */
  public TaskStreams(
      EventRecorder recorder, Clock clock, Settings settings, Executor readers, Meters meters) {
    this.recorder = recorder;
    this.clock = clock;
    this.readers = readers;
    this.recent = new RecentStreams(settings.recent());
    this.shelf = new MemoryShelf(settings.keep().toNanos(), settings.memoryBudgetBytes());
    this.index = new EndedIndex(settings.keep().toNanos(), clock.nanoTime());
    meters.gauge("millrace_streams_live", "Streams of tasks that have not ended.", live::size);
    meters.gauge("millrace_streams_kept", "Ended streams whose place is kept.", index::size);
    meters.gauge("millrace_streams_kept_bytes", "Ended streams held in memory.", shelf::bytes);
  }

  @Override
  public StreamWriter open(Task task) {
    return enter(new TaskStream(task, this));
  }

  @Override
  public StreamWriter restore(Task task, List<StreamEvent> recorded) {
    return enter(TaskStream.restored(task, this, recorded));
  }

  @Override
  public void restoreEnded(TaskId id, long position) {
    index.put(id, position, clock.nanoTime());
  }

  private TaskStream enter(TaskStream stream) {
    TaskStream other = live.putIfAbsent(stream.task().id(), stream);
    if (other != null) {
      throw new IllegalStateException(stream.task().id() + ": the stream is open already");
    }
    return stream;
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  void record(TaskStream stream, int number, StreamEvent event) {
    if (stream.task().durable()) {
      recorder.record(stream.task(), number, event, stream::publish);
    } else {
      stream.publish(number);
    }
  }

  void record(TaskStream stream, int number, End end) {
    if (stream.task().durable()) {
      byte[] transcript =
          Transcript.encode(stream.task(), stream.attempt(), stream.events(), number + 1);
      recorder.recordEnd(
          stream.task(),
          number,
          transcript,
          (written, position) -> {
            if (!stream.isForgotten()) {
              index.put(stream.task().id(), position, clock.nanoTime());
            }
            ended(stream, written, end);
          });
    } else {
      ended(stream, number, end);
    }
  }

  private void ended(TaskStream stream, int number, End end) {
    stream.publishEnd(number, end);
    TaskStream pushedOut = recent.push(stream);
    if (pushedOut != null) {
      shelve(pushedOut);
    }
  }

  private void shelve(TaskStream stream) {
    Task task = stream.task();
    if (!task.durable()) {
      byte[] transcript =
          Transcript.encode(task, stream.attempt(), stream.events(), stream.published());
      shelf.put(task.id(), transcript, clock.nanoTime());
      if (stream.isForgotten()) {
        shelf.remove(task.id());
      }
    } else if (task.stamps().at(Stamp.DELIVERED) != 0) {
      long nanos = task.stamps().at(Stamp.DELIVERED) - task.stamps().at(Stamp.ACCEPTED);
      index.deliver(task.id(), (float) (nanos / NANOS_PER_MILLI));
    }
    live.remove(task.id());
  }

  @Override
  public void find(TaskId id, int tenant, Consumer<@Nullable StreamView> found) {
    TaskStream stream = live.get(id);
    if (stream != null) {
      boolean shown = stream.task().tenant() == tenant && !stream.isForgotten();
      found.accept(shown ? stream : null);
      return;
    }
    if (id.memory()) {
      byte[] transcript = shelf.get(id, clock.nanoTime());
      found.accept(
          transcript == null ? null : ownedBy(tenant, Transcript.decode(transcript, clock)));
      return;
    }
    long position = index.position(id, clock.nanoTime());
    if (position == EndedIndex.ABSENT) {
      found.accept(null);
    } else {
      readers.execute(() -> found.accept(ownedBy(tenant, readBack(id, position))));
    }
  }

  @Override
  public void forget(TaskId id) {
    TaskStream stream = live.get(id);
    if (stream != null) {
      stream.forget();
    }
    if (id.memory()) {
      shelf.remove(id);
    } else {
      index.forget(id, clock.nanoTime());
    }
  }

  private static @Nullable StreamView ownedBy(int tenant, @Nullable StreamView stream) {
    return stream != null && stream.task().tenant() == tenant ? stream : null;
  }

  private @Nullable StreamView readBack(TaskId id, long position) {
    StreamView stream = readBack(position);
    float delivered = index.deliveredMillis(id);
    if (stream != null && delivered != EndedIndex.NOT_DELIVERED) {
      Stamps stamps = stream.task().stamps();
      long nanos = Math.round(delivered * NANOS_PER_MILLI);
      stamps.mark(Stamp.DELIVERED, stamps.at(Stamp.ACCEPTED) + nanos);
    }
    return stream;
  }

  private @Nullable StreamView readBack(long position) {
    try {
      return Transcript.decode(recorder.readTranscript(position), clock);
    } catch (IOException | MalformedBytes unreadable) {
      LOG.error("the transcript at log position {} cannot be read back", position, unreadable);
      return null;
    }
  }

  /** {@inheritDoc} Waits for the disk where ended tasks are read back: not for a loop. */
  @Override
  public List<StreamView> list(
      int tenant,
      @Nullable TaskState state,
      @Nullable String model,
      @Nullable TaskId after,
      int limit) {
    List<StreamView> all = new ArrayList<>();
    for (TaskStream stream : live.values()) {
      if (!stream.isForgotten()) {
        all.add(stream);
      }
    }
    shelf.all().forEach(transcript -> all.add(Transcript.decode(transcript, clock)));
    List<Long> positions = new ArrayList<>();
    index.newest(LIST_LOOKS_AT, clock.nanoTime(), positions::add);
    for (long position : positions) {
      StreamView ended = readBack(position);
      if (ended != null
          && !live.containsKey(ended.task().id())
          && index.position(ended.task().id(), clock.nanoTime()) != EndedIndex.ABSENT) {
        all.add(ended);
      }
    }
    return all.stream()
        .filter(stream -> stream.task().tenant() == tenant)
        .filter(stream -> state == null || stream.state() == state)
        .filter(stream -> model == null || stream.task().model().equals(model))
        .filter(stream -> after == null || stream.task().id().compareTo(after) < 0)
        .sorted(Comparator.comparing((StreamView stream) -> stream.task().id()).reversed())
        .limit(limit)
        .toList();
  }
}
