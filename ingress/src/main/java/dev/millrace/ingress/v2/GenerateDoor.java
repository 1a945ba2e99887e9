package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code generate} and {@code generate_stream}: a generator by its text, without tensors. */
final class GenerateDoor {

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Catalog catalog;
  private final Set<GenerateStream> open = new LinkedHashSet<>();

  GenerateDoor(Line line, Loop loop, TaskFactory factory, Catalog catalog) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.catalog = catalog;
  }

  List<Route> routes() {
    int limit = line.snapshots().current().limits().jsonBytes();
    List<Route> routes = new ArrayList<>();
    for (String model : List.of("/v2/models/{m}", "/v2/models/{m}/versions/{v}")) {
      routes.add(
          Route.post(model + "/generate", Action.INFER, V2Dialect.INSTANCE, limit, this::whole));
      routes.add(
          Route.post(
              model + "/generate_stream", Action.INFER, V2Dialect.INSTANCE, limit, this::stream));
    }
    return routes;
  }

  /** Cuts off who takes nothing any more. */
  void sweep() {
    long now = line.clock().nanoTime();
    long stuck = line.snapshots().current().limits().slowReaderMillis() * 1_000_000;
    List.copyOf(open).forEach(each -> each.sweep(now, stuck));
  }

  private void whole(Exchange exchange) {
    InferRequest request = read(exchange);
    Task task = factory.make(exchange.principal(), request.task).task();
    Call call = new Call(line, loop, new GenerateAnswer(exchange, request));
    exchange.onGone(call::clientGone);
    call.submit(task);
  }

  private void stream(Exchange exchange) {
    InferRequest request = read(exchange);
    request.task.stream = true;
    Task task = factory.make(exchange.principal(), request.task).task();
    GenerateStream stream = new GenerateStream(exchange, request, open, line.clock());
    Call call = new Call(line, loop, stream);
    stream.follow(call);
    call.submit(task);
  }

  private InferRequest read(Exchange exchange) {
    Catalog.Model model = V2Door.model(catalog, exchange);
    if (!model.spec().generates()) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.UNSUPPORTED,
              model.spec().name() + " does not generate text (expected: POST .../infer)"));
    }
    TaskRequest task = TaskRequest.call(V2Door.DOOR);
    CallHeaders.read(exchange, task);
    InferRequest request = new InferRequest(model, exchange.principal().highestClass(), task);
    try (JsonObjectReader json = new JsonObjectReader(exchange.body())) {
      fields(json, request);
    }
    request.complete();
    return request;
  }

  /** Options stand in the body itself, or in its {@code parameters}: clients write either. */
  private static void fields(JsonObjectReader json, InferRequest request) {
    for (String name; (name = json.nextField()) != null; ) {
      if (name.equals("id")) {
        request.id = json.text(InferRequest.NAME_LENGTH);
      } else if (name.equals("parameters")) {
        InferParameters.ofRequest(json, request);
      } else {
        InferParameters.read(name, json, request);
      }
    }
  }
}
