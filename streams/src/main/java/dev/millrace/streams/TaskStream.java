package dev.millrace.streams;

import dev.millrace.domain.codec.TaskCodec;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Wakeup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one task while it lives.
 *
 * <p>Ownership: one thread at a time appends; for a durable task the log's thread publishes, in the
 * order of appending. Any thread may follow and read.
 *
 * <p>Visibility: an event is in its place before its number is published (release); a reader looks
 * at the published number first (acquire), then at the place.
 *
 * <p>No wake-up is lost: the writer publishes and then looks for followers, a follower enrols and
 * then looks at what is published; both are volatile, so at least one sees the other.
 */
final class TaskStream implements StreamWriter, StreamView {

  private static final VarHandle FOLLOWERS =
      handle(TaskStream.class, "followers", Follower[].class);
  private static final VarHandle PUBLISHED = handle(TaskStream.class, "published", int.class);
  private static final VarHandle NEXT = handle(Follower.class, "next", int.class);
  private static final Follower[] NOBODY = {};

  /** Inputs beyond this are let go at the end: an ended stream is kept for its events. */
  private static final int KEPT_INPUT_BYTES = 1_024;

  private final TaskStreams owner;
  private volatile Task task;

  // Of the writer.
  private StreamEvent[] events = new StreamEvent[4];
  private int appended;
  private boolean ended;

  // Of whoever publishes.
  private volatile int published;
  private volatile int attempt;
  private volatile @Nullable End end;

  private volatile Follower[] followers = NOBODY;

  private volatile boolean forgotten;

  TaskStream(Task task, TaskStreams owner) {
    this.task = task;
    this.owner = owner;
  }

  /** A stream as it stood when the node stopped: what was recorded is published at once. */
  static TaskStream restored(Task task, TaskStreams owner, List<StreamEvent> recorded) {
    TaskStream stream = new TaskStream(task, owner);
    for (StreamEvent event : recorded) {
      stream.place(event);
    }
    stream.published = stream.appended;
    return stream;
  }

  private static VarHandle handle(Class<?> owner, String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(owner, name, type);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Nobody finds it from now on. */
  void forget() {
    forgotten = true;
  }

  boolean isForgotten() {
    return forgotten;
  }

  @Override
  public int append(StreamEvent event) {
    if (ended) {
      throw new IllegalStateException(task.id() + ": an event after the end: " + event.getClass());
    }
    int number = place(event);
    switch (event) {
      case End last -> {
        ended = true;
        task.stamps().mark(Stamp.RECORDED, owner.nanoTime());
        owner.record(this, number, last);
      }
      default -> owner.record(this, number, event);
    }
    return number;
  }

  private int place(StreamEvent event) {
    if (appended == events.length) {
      events = Arrays.copyOf(events, appended * 2);
    }
    events[appended] = event;
    return appended++;
  }

  @Override
  public int nextNumber() {
    return appended;
  }

  @Override
  public int[] tokenIds() {
    int[] ids = new int[appended];
    int count = 0;
    for (int i = answerBegins(); i < appended; i++) {
      if (events[i] instanceof Token(var id, var _)) {
        ids[count++] = id;
      }
    }
    return Arrays.copyOf(ids, count);
  }

  /** After the last restart: what an attempt began anew is no prefix of the next one. */
  private int answerBegins() {
    for (int i = appended - 1; i >= 0; i--) {
      if (events[i] instanceof Notice(var code, var _) && code == StreamEvent.Code.RESTART) {
        return i + 1;
      }
    }
    return 0;
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = answerBegins(); i < appended; i++) {
      if (events[i] instanceof Token(var _, var more)) {
        text.append(more);
      }
    }
    return text.toString();
  }

  @Override
  public int lead() {
    Follower[] readers = followers;
    if (readers.length == 0 || task.settings().onDisconnect() != OnDisconnect.CANCEL) {
      return 0;
    }
    int furthest = 0;
    for (Follower reader : readers) {
      furthest = Math.max(furthest, reader.place());
    }
    return Math.max(0, published - furthest);
  }

  @Override
  public void running(int attempt) {
    this.attempt = attempt;
  }

  /** Shows readers all events up to this number; on the thread that recorded it. */
  void publish(int number) {
    PUBLISHED.setVolatile(this, number + 1);
    wakeFollowers();
  }

  /** Shows the last event. The end is set first: who sees it published may ask how it ended. */
  void publishEnd(int number, End last) {
    end = last;
    if (task.input().size() > KEPT_INPUT_BYTES) {
      task = TaskCodec.withInput(task, new Input.Json(new byte[0]));
    }
    publish(number);
  }

  private void wakeFollowers() {
    for (Follower follower : followers) {
      follower.onNews.wake();
    }
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public TaskState state() {
    End last = end;
    if (last != null) {
      return last.state();
    }
    return attempt == 0 ? TaskState.QUEUED : TaskState.RUNNING;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public int published() {
    return published;
  }

  @Override
  public @Nullable End end() {
    return end;
  }

  /** Events so far, of which only the published may be looked at. */
  StreamEvent[] events() {
    return events;
  }

  @Override
  public Cursor follow(int from, Wakeup onNews) {
    Follower follower = new Follower(from, onNews);
    Follower[] before;
    Follower[] after;
    do {
      before = followers;
      after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = follower;
    } while (!FOLLOWERS.compareAndSet(this, before, after));
    return follower;
  }

  private void leave(Follower follower) {
    Follower[] before;
    Follower[] after;
    do {
      before = followers;
      int at = Arrays.asList(before).indexOf(follower);
      if (at < 0) {
        return;
      }
      if (before.length == 1) {
        after = NOBODY;
      } else {
        after = new Follower[before.length - 1];
        System.arraycopy(before, 0, after, 0, at);
        System.arraycopy(before, at + 1, after, at, after.length - at);
      }
    } while (!FOLLOWERS.compareAndSet(this, before, after));
  }

  private final class Follower implements Cursor {
    private final Wakeup onNews;
    private final GapSearch gap;
    private int next;
    private boolean ended;

    Follower(int from, Wakeup onNews) {
      this.next = from;
      this.gap = new GapSearch(from);
      this.onNews = onNews;
    }

    @Override
    public @Nullable StreamEvent next() {
      int shown = (int) PUBLISHED.getAcquire(TaskStream.this);
      if (gap.isOpen()) {
        StreamEvent notice = gap.search(events, shown);
        if (notice != null) {
          return notice;
        }
      }
      int at = next;
      if (at < shown) {
        StreamEvent event = events[at];
        moveTo(at + 1);
        ended = event instanceof End;
        return event;
      }
      return ended ? null : endBefore(shown);
    }

    /** Opaque: the writer looks at it now and then, and may see it late. */
    private void moveTo(int number) {
      NEXT.setOpaque(this, number);
    }

    /** Who asked for a number behind the end is given the end: nothing else will ever come. */
    private @Nullable StreamEvent endBefore(int shown) {
      if (shown == 0 || !(events[shown - 1] instanceof End last)) {
        return null;
      }
      ended = true;
      moveTo(shown);
      return last;
    }

    int place() {
      return (int) NEXT.getOpaque(this);
    }

    @Override
    public int number() {
      return next - 1;
    }

    @Override
    public void close() {
      leave(this);
    }
  }
}
