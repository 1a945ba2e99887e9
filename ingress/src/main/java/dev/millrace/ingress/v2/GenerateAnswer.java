package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Answers a {@code generate} with the whole text. */
final class GenerateAnswer implements Call.Reader {

  private final Exchange exchange;
  private final InferRequest request;
  private final InferOutcome outcome;
  private @Nullable Task task;

  GenerateAnswer(Exchange exchange, InferRequest request) {
    this.exchange = exchange;
    this.request = request;
    this.outcome = new InferOutcome(request);
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
    if (!(event instanceof End end)) {
      outcome.take(event);
      return;
    }
    if (exchange.isAnswered()) {
      return;
    }
    headers(exchange, task);
    Problem problem = InferOutcome.problem(end);
    if (problem == null) {
      String text = outcome.outputs(end).getFirst().texts().getFirst();
      JsonText json = new JsonText();
      exchange.json(200, write(request, text, end.finishReason(), json));
    } else {
      exchange.problem(problem);
    }
  }

  static void headers(Exchange exchange, @Nullable Task task) {
    if (task != null) {
      exchange.response().putHeader("x-millrace-task", task.id().toString());
    }
  }

  /** One answer: all of the text, or what came next of it. */
  static JsonText write(
      InferRequest request, String text, @Nullable String finishReason, JsonText json) {
    json.clear().beginObject();
    if (request.id != null) {
      json.field("id", request.id);
    }
    json.field("model_name", request.model.spec().name());
    json.field("model_version", request.model.spec().version());
    json.field("text_output", text);
    if (finishReason != null) {
      json.field("finish_reason", finishReason);
    }
    return json.endObject();
  }
}
