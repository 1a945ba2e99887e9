package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.Elements;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers an {@code infer} with the outputs that were asked for. */
final class InferAnswer implements Call.Reader {

  private final Exchange exchange;
  private final ModelSpec spec;
  private final InferBody body;
  private final JsonText json;
  private @Nullable Task task;

  /**
   * @param json of the loop, to be cleared and used at once
   */
  InferAnswer(Exchange exchange, ModelSpec spec, InferBody body, JsonText json) {
    this.exchange = exchange;
    this.spec = spec;
    this.body = body;
    this.json = json;
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
    Task ended = task;
    if (!(event instanceof End end) || ended == null || exchange.isAnswered()) {
      return;
    }
    exchange.response().putHeader("x-millrace-task", ended.id().toString());
    if (!end.labels().isEmpty()) {
      exchange.response().putHeader("x-millrace-labels", String.join(",", end.labels()));
    }
    Problem problem = problem(end);
    if (problem == null) {
      exchange.json(200, whole(end.outputs()));
    } else {
      exchange.problem(problem);
    }
  }

  private @Nullable Problem problem(End end) {
    if (end.problem() != null) {
      return end.problem();
    }
    if (end.state() != TaskState.SUCCEEDED) {
      return Problem.of(ErrorCode.CANCELLED, "the task ended " + end.state().wireName());
    }
    for (String wanted : body.outputs) {
      if (find(end.outputs(), wanted) == null) {
        return Problem.invalid(
            "/outputs", "'" + wanted + "'", String.join(", ", names(end.outputs())));
      }
    }
    return null;
  }

  private static List<String> names(List<Tensor> outputs) {
    return outputs.stream().map(Tensor::name).toList();
  }

  private static @Nullable Tensor find(List<Tensor> outputs, String name) {
    for (Tensor output : outputs) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    return null;
  }

  private JsonText whole(List<Tensor> outputs) {
    json.clear().beginObject();
    json.field("model_name", spec.name()).field("model_version", spec.version());
    if (body.id != null) {
      json.field("id", body.id);
    }
    json.name("outputs").beginArray();
    if (body.outputs.isEmpty()) {
      outputs.forEach(this::write);
    } else {
      for (String wanted : body.outputs) {
        Tensor output = find(outputs, wanted);
        if (output != null) {
          write(output);
        }
      }
    }
    return json.endArray().endObject();
  }

  private void write(Tensor tensor) {
    json.beginObject().field("name", tensor.name()).field("datatype", tensor.type().name());
    json.name("shape").beginArray();
    for (long size : tensor.shape()) {
      json.value(size);
    }
    json.endArray().name("data").beginArray();
    Elements elements = Elements.of(tensor);
    long count = tensor.elements();
    for (long i = 0; i < count; i++) {
      elements.next(json);
    }
    json.endArray().endObject();
  }
}
