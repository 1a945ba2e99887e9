package dev.millrace.ingress.testing;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Wakeup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream in memory that a test writes by hand. Any thread. */
public final class FakeStream implements StreamView {

  private final Task task;
  private final List<StreamEvent> events = new ArrayList<>();
  private final List<Wakeup> followers = new ArrayList<>();
  private int attempt;

  FakeStream(Task task) {
    this.task = task;
  }

  public FakeStream say(String... tokens) {
    for (String token : tokens) {
      append(new Token(7, token));
    }
    return this;
  }

  public FakeStream notice(Code code) {
    return append(new Notice(code, 2));
  }

  public void succeed(String finishReason) {
    int tokens = (int) events().stream().filter(Token.class::isInstance).count();
    append(
        new End(
            TaskState.SUCCEEDED, finishReason, new Usage(3, tokens), List.of(), List.of(), null));
  }

  public void give(Tensor... outputs) {
    give(new Usage(5, 0), outputs);
  }

  public void give(Usage usage, Tensor... outputs) {
    append(new End(TaskState.SUCCEEDED, null, usage, List.of(), List.of(outputs), null));
  }

  public void fail(TaskState state, Problem problem) {
    append(End.failed(state, problem));
  }

  /** Adds an event unless the stream has ended. */
  public FakeStream append(StreamEvent event) {
    List<Wakeup> awake;
    synchronized (this) {
      if (end() != null) {
        return this;
      }
      attempt = Math.max(attempt, 1);
      events.add(event);
      awake = List.copyOf(followers);
    }
    awake.forEach(Wakeup::wake);
    return this;
  }

  private synchronized List<StreamEvent> events() {
    return List.copyOf(events);
  }

  @Override
  public Task task() {
    return task;
  }

  @Override
  public synchronized TaskState state() {
    End end = end();
    return end != null ? end.state() : attempt == 0 ? TaskState.QUEUED : TaskState.RUNNING;
  }

  @Override
  public synchronized int attempt() {
    return attempt;
  }

  @Override
  public synchronized int published() {
    return events.size();
  }

  @Override
  public synchronized @Nullable End end() {
    return !events.isEmpty() && events.getLast() instanceof End end ? end : null;
  }

  public synchronized int followers() {
    return followers.size();
  }

  @Override
  public synchronized Cursor follow(int from, Wakeup onNews) {
    followers.add(onNews);
    return new Cursor() {
      private int next = from;
      private boolean ended;

      @Override
      public @Nullable StreamEvent next() {
        synchronized (FakeStream.this) {
          if (end() != null && next >= events.size() && !ended) {
            next = events.size() - 1;
          }
          StreamEvent event = next < events.size() ? events.get(next++) : null;
          ended |= event instanceof End;
          return event;
        }
      }

      @Override
      public int number() {
        return next - 1;
      }

      @Override
      public void close() {
        synchronized (FakeStream.this) {
          followers.remove(onNews);
        }
      }
    };
  }
}
