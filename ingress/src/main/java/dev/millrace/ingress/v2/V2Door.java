package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code infer}, the path of a single row in a few microseconds. One a loop. */
public final class V2Door {

  private static final String BINARY = "inference-header-content-length";

  private record Known(ModelSpec spec, Signature signature) {}

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final V2Models models;
  private final JsonText json = new JsonText(1_024);

  /** By model name; an entry holds as long as the snapshot shows the same version. */
  private final Map<String, Known> signatures = new HashMap<>();

  public V2Door(Line line, Loop loop, TaskFactory factory, V2Models models) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.models = models;
  }

  public List<Route> routes() {
    int limit = line.snapshots().current().limits().tensorBytes();
    List<Route> routes = new ArrayList<>(models.routes());
    for (String path : List.of("/v2/models/{m}/infer", "/v2/models/{m}/versions/{v}/infer")) {
      routes.add(Route.post(path, Action.INFER, V2Dialect.INSTANCE, limit, this::infer));
    }
    return routes;
  }

  private void infer(Exchange exchange) {
    if (exchange.header(BINARY) != null) {
      throw InputReader.binary("Inference-Header-Content-Length");
    }
    ModelSpec spec = models.spec(exchange);
    if (spec.generates()) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.UNSUPPORTED,
              spec.name() + " generates text (expected: POST /v1/completions or /v1/tasks)"));
    }
    TaskRequest request = TaskRequest.call("v2");
    CallHeaders.read(exchange, request);
    RequestLimits limits = line.snapshots().current().limits();
    InferBody body =
        new InferBody(
            signature(spec), exchange.principal().highestClass(), request, limits.tensorBytes());
    body.read(exchange.body());
    request.model = spec.name();
    request.stream = false;
    request.input = new Input.Tensors(body.inputs);
    Task task = factory.make(exchange.principal(), request).task();
    Call call = new Call(line, loop, new InferAnswer(exchange, spec, body, json));
    exchange.onGone(call::clientGone);
    call.submit(task);
  }

  private Signature signature(ModelSpec spec) {
    Known known = signatures.get(spec.name());
    if (known == null || known.spec != spec) {
      known = new Known(spec, Signature.of(spec));
      signatures.put(spec.name(), known);
    }
    return known.signature;
  }
}
