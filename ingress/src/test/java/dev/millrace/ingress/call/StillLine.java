package dev.millrace.ingress.call;

import dev.millrace.domain.port.Dispatcher;
import dev.millrace.domain.port.Plan;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A line with one stream that does nothing by itself: a test says what happens, and when. */
final class StillLine implements TaskIntake, Streams, Dispatcher, Clock {

  private static final AtomicInteger LAST = new AtomicInteger();

  final List<String> cancelled = new CopyOnWriteArrayList<>();
  volatile Listener listener;
  volatile OneStream stream;
  volatile boolean answerAtOnce;
  volatile long nanos = 1;

  Line line() {
    ServingSnapshot nothing = new ServingSnapshot(1, Map.of(), RequestLimits.DEFAULT, 0);
    return new Line(this, this, this, () -> nothing, this);
  }

  static Task task(OnDisconnect onDisconnect) {
    return new Task(
        new TaskId(1, LAST.incrementAndGet(), true),
        7,
        "model",
        new Input.Json(new byte[] {'{', '}'}),
        new Task.Settings(
            TaskClass.STANDARD, Durability.MEMORY, onDisconnect, true, 1_000, "test", null, null),
        0,
        1_000_000_000,
        1,
        new Stamps());
  }

  OneStream keep(Task task) {
    stream = new OneStream(task);
    return stream;
  }

  @Override
  public void submit(Task task, Listener waiting) {
    listener = waiting;
    if (answerAtOnce) {
      keep(task);
      waiting.acknowledged(task);
    }
  }

  @Override
  public void find(TaskId id, int tenant, Consumer<@Nullable StreamView> found) {
    OneStream one = stream;
    boolean known = one != null && one.task.id().equals(id) && one.task.tenant() == tenant;
    found.accept(known ? one : null);
  }

  @Override
  public void forget(TaskId id) {
    throw new AssertionError("a call forgets no stream");
  }

  @Override
  public void cancel(TaskId id, CancelReason reason) {
    cancelled.add(id + " " + reason);
  }

  @Override
  public StreamWriter open(Task task) {
    throw new AssertionError("a call opens no stream");
  }

  @Override
  public List<StreamView> list(
      int tenant,
      @Nullable TaskState state,
      @Nullable String model,
      @Nullable TaskId after,
      int limit) {
    throw new AssertionError("a call lists nothing");
  }

  @Override
  public void dispatch(Task task, Plan plan, StreamWriter writer) {
    throw new AssertionError("a call dispatches nothing");
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    return 0;
  }

  /** Counts how often somebody looked for news, and how many follow. */
  static final class OneStream implements StreamView {

    final AtomicInteger looks = new AtomicInteger();
    volatile int followers;
    private final Task task;
    private final List<StreamEvent> events = new CopyOnWriteArrayList<>();
    private final List<Wakeup> readers = new ArrayList<>();

    OneStream(Task task) {
      this.task = task;
    }

    OneStream append(StreamEvent... news) {
      events.addAll(List.of(news));
      wakeAll();
      return this;
    }

    void wakeAll() {
      List<Wakeup> awake;
      synchronized (this) {
        awake = List.copyOf(readers);
      }
      awake.forEach(Wakeup::wake);
    }

    @Override
    public Task task() {
      return task;
    }

    @Override
    public TaskState state() {
      End end = end();
      return end != null ? end.state() : events.isEmpty() ? TaskState.QUEUED : TaskState.RUNNING;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public int published() {
      return events.size();
    }

    @Override
    public @Nullable End end() {
      return !events.isEmpty() && events.getLast() instanceof End end ? end : null;
    }

    @Override
    public synchronized Cursor follow(int from, Wakeup onNews) {
      // Readers stay, as a wake-up may be under way when a cursor is closed.
      readers.add(onNews);
      followers++;
      return new Cursor() {
        private int next = from;
        private boolean closed;

        @Override
        public @Nullable StreamEvent next() {
          looks.incrementAndGet();
          return next < events.size() ? events.get(next++) : null;
        }

        @Override
        public int number() {
          return next - 1;
        }

        @Override
        public void close() {
          synchronized (OneStream.this) {
            if (!closed) {
              closed = true;
              followers--;
            }
          }
        }
      };
    }
  }
}
