package dev.millrace.ingress.call;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.ingress.http.Loop;
import dev.millrace.kernel.Wakeup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One task followed by one client: submit or resume, then events as fast as the client takes them.
 *
 * <p>Ownership: its event loop. The line answers and the stream wakes from other threads; both only
 * put this call into the loop's queue, at most once at a time.
 */
public final class Call implements TaskIntake.Listener, Wakeup, Runnable {

  /** The door's side of a call. On the call's loop. */
  public interface Reader {

    /** The task is kept; its events follow. */
    void acknowledged(StreamView stream);

    /** Nothing was kept; nothing follows. */
    void refused(Problem problem);

    /** Whether another event can be taken now; when that changes, call {@link Call#pump}. */
    boolean ready();

    /** The next event. After an {@code End} nothing follows. */
    void event(int number, StreamEvent event);
  }

  private static final VarHandle QUEUED;

  static {
    try {
      QUEUED = MethodHandles.lookup().findVarHandle(Call.class, "queued", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Line line;
  private final Loop loop;
  private final Reader reader;

  @SuppressWarnings("UnusedVariable") // through QUEUED
  private volatile boolean queued;

  private @Nullable Task task;
  private StreamView.@Nullable Cursor cursor;
  private boolean closed;

  /** Whether the task is known to be kept: before that there is nothing to leave behind. */
  private boolean kept;

  /** After the first token the rest may be gathered: nobody waits for a whole answer of them. */
  private volatile boolean streaming;

  public Call(Line line, Loop loop, Reader reader) {
    this.line = line;
    this.loop = loop;
    this.reader = reader;
  }

  /** Submits the task and follows it from 0. */
  public void submit(Task submitted) {
    task = submitted;
    line.intake().submit(submitted, this);
  }

  /** Follows a task that exists from an event's number. */
  public void resume(TaskId id, int tenant, int from) {
    line.streams().find(id, tenant, found -> loop.execute(() -> follow(found, from)));
  }

  @Override
  public void acknowledged(Task accepted) {
    accepted.stamps().mark(Stamp.ACKNOWLEDGED, line.clock().nanoTime());
    loop.execute(() -> resume(accepted.id(), accepted.tenant(), 0));
  }

  @Override
  public void duplicate(TaskId original) {
    Task submitted = task;
    if (submitted != null) {
      loop.execute(() -> resume(original, submitted.tenant(), 0));
    }
  }

  @Override
  public void refused(Problem problem) {
    loop.execute(
        () -> {
          if (!closed) {
            closed = true;
            reader.refused(problem);
          }
        });
  }

  private void follow(@Nullable StreamView stream, int from) {
    if (closed) {
      if (stream != null) {
        leftBehind(stream.task());
      }
      return;
    }
    if (stream == null) {
      closed = true;
      reader.refused(Problem.of(ErrorCode.NOT_FOUND, "no such task, or its stream has expired"));
      return;
    }
    task = stream.task();
    kept = true;
    reader.acknowledged(stream);
    if (!closed) {
      cursor = stream.follow(from, this);
      pump();
    }
  }

  /** News in the stream. Any thread. */
  @Override
  public void wake() {
    if (QUEUED.compareAndSet(this, false, true)) {
      if (streaming) {
        loop.gather(this);
      } else {
        loop.enqueue(this);
      }
    }
  }

  /** The loop's turn for this call. */
  @Override
  public void run() {
    // Down before the look, so that news after the look queue the call again.
    QUEUED.setVolatile(this, false);
    pump();
  }

  /** Gives the reader what it can take. On the loop. */
  public void pump() {
    StreamView.Cursor place = cursor;
    if (place == null) {
      return;
    }
    while (!closed && reader.ready()) {
      StreamEvent event = place.next();
      if (event == null) {
        return;
      }
      if (event instanceof End) {
        close();
        delivered();
      } else if (!streaming && event instanceof Token) {
        streaming = true;
      }
      reader.event(place.number(), event);
    }
  }

  private void delivered() {
    if (task != null) {
      task.stamps().markOnce(Stamp.DELIVERED, line.clock().nanoTime());
    }
  }

  public @Nullable Task task() {
    return task;
  }

  public boolean isClosed() {
    return closed;
  }

  /** The number of the event given last; −1 before the first. */
  public int lastNumber() {
    StreamView.Cursor place = cursor;
    return place == null ? -1 : place.number();
  }

  /** No more events; the task goes on. */
  public void close() {
    closed = true;
    if (cursor != null) {
      cursor.close();
    }
  }

  /** The client is gone: the task goes on or not, as it was submitted. */
  public void clientGone() {
    if (closed) {
      return;
    }
    close();
    if (kept && task != null) {
      leftBehind(task);
    }
  }

  private void leftBehind(Task orphan) {
    if (orphan.settings().onDisconnect() == OnDisconnect.CANCEL) {
      line.dispatcher().cancel(orphan.id(), CancelReason.CLIENT_GONE);
    }
  }
}
