package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.kernel.Clock;
import org.jspecify.annotations.Nullable;

/** Answers with a response: as it stands once it is kept, or whole when it has ended. */
final class ResponseAnswer implements Call.Reader {

  private final Exchange exchange;
  private final ResponseAsked asked;
  private final boolean background;
  private final Clock clock;
  @Nullable Call call;
  private @Nullable StreamView view;

  ResponseAnswer(Exchange exchange, ResponseAsked asked, boolean background, Clock clock) {
    this.exchange = exchange;
    this.asked = asked;
    this.background = background;
    this.clock = clock;
  }

  @Override
  public void acknowledged(StreamView stream) {
    view = stream;
    if (background) {
      Answers.headers(exchange, stream.task(), clock);
      exchange.json(200, ResponseJson.of(stream, asked));
      if (call != null) {
        call.close();
      }
    }
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
    if (event instanceof End end) {
      end(end);
    }
  }

  private void end(End end) {
    StreamView followed = view;
    if (followed == null || exchange.isAnswered()) {
      return;
    }
    Answers.headers(exchange, followed.task(), clock);
    Answers.labels(exchange, end.labels());
    Problem problem = Answers.ofResponse(end);
    if (problem != null) {
      exchange.problem(problem);
    } else {
      exchange.json(200, ResponseJson.of(followed, asked));
    }
  }
}
