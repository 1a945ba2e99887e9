package dev.millrace.ingress.tasks;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Answers a cancel once the task has ended, however it ended; or after a while, as it stands. */
final class CancelWatch implements Call.Reader {

  static final long LONGEST_MILLIS = 2_000;

  private final Exchange exchange;
  private final BiConsumer<Exchange, StreamView> answer;
  @Nullable Call call;
  private @Nullable StreamView stream;

  CancelWatch(Exchange exchange, BiConsumer<Exchange, StreamView> answer) {
    this.exchange = exchange;
    this.answer = answer;
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

  void waitedEnough() {
    if (stream != null && !exchange.isAnswered()) {
      answer.accept(exchange, stream);
    }
    if (call != null) {
      call.close();
    }
  }
}
