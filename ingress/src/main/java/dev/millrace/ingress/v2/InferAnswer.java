package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.Elements;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers an {@code infer} with the outputs that were asked for, as JSON or as bytes behind it. */
final class InferAnswer implements Call.Reader {

  private final Exchange exchange;
  private final InferRequest request;
  private final InferOutcome outcome;
  private final JsonText json;
  private @Nullable Task task;

  /**
   * @param json of the loop, to be cleared and used at once
   */
  InferAnswer(Exchange exchange, InferRequest request, JsonText json) {
    this.exchange = exchange;
    this.request = request;
    this.outcome = new InferOutcome(request);
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
    if (!(event instanceof End end)) {
      outcome.take(event);
      return;
    }
    if (ended == null || exchange.isAnswered()) {
      return;
    }
    exchange.response().putHeader("x-millrace-task", ended.id().toString());
    if (!end.labels().isEmpty()) {
      exchange.response().putHeader("x-millrace-labels", String.join(",", end.labels()));
    }
    Problem problem = InferOutcome.problem(end);
    if (problem != null) {
      exchange.problem(problem);
      return;
    }
    try {
      answer(end, outcome.outputs(end));
    } catch (ProblemException missing) {
      exchange.problem(missing.problem());
    }
  }

  private void answer(End end, List<Tensor> outputs) {
    head(end);
    long bytes = 0;
    for (int i = 0; i < outputs.size(); i++) {
      Tensor output = outputs.get(i);
      boolean binary = isBinary(i);
      write(output, binary);
      bytes += binary ? output.data().length : 0;
    }
    json.endArray().endObject();
    if (bytes == 0 && !request.binaryOutput) {
      exchange.json(200, json);
    } else {
      binary(outputs, bytes);
    }
  }

  private void head(End end) {
    json.clear().beginObject();
    json.field("model_name", request.model.spec().name());
    json.field("model_version", request.model.spec().version());
    if (request.id != null) {
      json.field("id", request.id);
    }
    if (end.finishReason() != null) {
      json.name("parameters").beginObject();
      json.field("finish_reason", end.finishReason()).endObject();
    }
    json.name("outputs").beginArray();
  }

  private boolean isBinary(int output) {
    Boolean asked = request.outputs.isEmpty() ? null : request.outputs.get(output).binary();
    return asked == null ? request.binaryOutput : asked;
  }

  private void write(Tensor tensor, boolean binary) {
    json.beginObject().field("name", tensor.name()).field("datatype", tensor.type().name());
    json.name("shape").beginArray();
    for (long size : tensor.shape()) {
      json.value(size);
    }
    json.endArray();
    if (binary) {
      json.name("parameters").beginObject();
      json.field("binary_data_size", tensor.data().length).endObject();
    } else {
      json.name("data").beginArray();
      Elements elements = Elements.of(tensor);
      long count = tensor.elements();
      for (long i = 0; i < count; i++) {
        elements.next(json);
      }
      json.endArray();
    }
    json.endObject();
  }

  private void binary(List<Tensor> outputs, long bytes) {
    byte[] head = json.toUtf8();
    Buffer all = Buffer.buffer(Math.toIntExact(head.length + bytes)).appendBytes(head);
    for (int i = 0; i < outputs.size(); i++) {
      if (isBinary(i)) {
        all.appendBytes(outputs.get(i).data());
      }
    }
    exchange.response().putHeader(V2Door.BINARY, Integer.toString(head.length));
    exchange.answer(200, "application/octet-stream", all);
  }
}
