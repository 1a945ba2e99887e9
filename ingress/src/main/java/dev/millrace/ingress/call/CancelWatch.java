package dev.millrace.ingress.call;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Timers;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Answers a cancel once the task has ended, however it ended; or after a while, as it stands. */
public final class CancelWatch implements Call.Reader {

  private static final long LONGEST_MILLIS = 2_000;

  private final Exchange exchange;
  private final BiConsumer<Exchange, StreamView> answer;
  private @Nullable Call call;
  private @Nullable StreamView stream;

  /**
   * @param answer gets the task as it stands then
   */
  public CancelWatch(Exchange exchange, BiConsumer<Exchange, StreamView> answer) {
    this.exchange = exchange;
    this.answer = answer;
  }

  /** Begins to watch. To be called before the task is cancelled. */
  public void follow(Call watching, Task task, Timers timers) {
    call = watching;
    timers.after(LONGEST_MILLIS, this::waitedEnough);
    watching.resume(task.id(), task.tenant(), 0);
  }

  @Override
  public void acknowledged(StreamView followed) {
    stream = followed;
  }

  @Override
  public void refused(Problem problem) {
    exchange.problem(problem);
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void event(int number, StreamEvent event) {
    if (event instanceof StreamEvent.End) {
      waitedEnough();
    }
  }

  private void waitedEnough() {
    if (stream != null && !exchange.isAnswered()) {
      answer.accept(exchange, stream);
    }
    if (call != null) {
      call.close();
    }
  }
}
