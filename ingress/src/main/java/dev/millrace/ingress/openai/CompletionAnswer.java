package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.kernel.Clock;
import org.jspecify.annotations.Nullable;

/** Gathers a completion and answers with the whole. */
final class CompletionAnswer implements Call.Reader {

  private final Exchange exchange;
  private final boolean chat;
  private final Clock clock;
  private final StringBuilder text = new StringBuilder();
  private @Nullable Task task;

  CompletionAnswer(Exchange exchange, boolean chat, Clock clock) {
    this.exchange = exchange;
    this.chat = chat;
    this.clock = clock;
  }

  @Override
  public void acknowledged(StreamView stream) {
    task = stream.task();
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
    switch (event) {
      case Token(var _, var more) -> text.append(more);
      case Notice(var code, var _) -> notice(code);
      case End end -> end(end);
    }
  }

  private void notice(Code code) {
    if (code == Code.RESTART) {
      text.setLength(0);
    }
  }

  private void end(End end) {
    Task ended = task;
    if (ended == null || exchange.isAnswered()) {
      return;
    }
    Answers.headers(exchange, ended, clock);
    Answers.labels(exchange, end.labels());
    Problem problem = Answers.ofGeneration(end);
    if (problem != null) {
      exchange.problem(problem);
    } else {
      exchange.json(200, new CompletionText(ended, chat, false).whole(text.toString(), end));
    }
  }
}
