package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import java.util.List;

/** {@code POST /v1/embeddings}: a text or a list of them, each made a vector. */
final class EmbeddingsDoor {

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;

  EmbeddingsDoor(Line line, Loop loop, TaskFactory factory) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
  }

  void embed(Exchange exchange) {
    EmbeddingBody body = new EmbeddingBody();
    body.read(exchange.body());
    ModelSpec spec = factory.spec(body.model);
    if (spec.kind() != Kind.EMBED) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/model: " + spec.name() + " makes no embeddings (expected: a model that does)",
              "/model",
              0));
    }
    TaskRequest request = TaskRequest.call("openai");
    CallHeaders.read(exchange, request);
    request.model = body.model;
    request.stream = false;
    long[] shape = {body.texts.size()};
    request.input = new Input.Tensors(List.of(Tensor.ofTexts("text", shape, body.texts)));
    Task task = factory.make(exchange.principal(), request).task();
    EmbeddingAnswer answer = new EmbeddingAnswer(exchange, body, line.clock());
    Call call = new Call(line, loop, answer);
    exchange.onGone(call::clientGone);
    call.submit(task);
  }
}
