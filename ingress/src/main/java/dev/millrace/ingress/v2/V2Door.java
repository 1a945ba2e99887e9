package dev.millrace.ingress.v2;

import dev.millrace.domain.security.Action;
import dev.millrace.domain.snapshot.RequestLimits;
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
import java.util.List;
import java.util.concurrent.Executor;

/** {@code infer}, the path of a single row in a few microseconds. One a loop. */
public final class V2Door {

  static final String DOOR = "v2";
  static final String BINARY = "inference-header-content-length";

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Catalog catalog;
  private final Executor background;
  private final GenerateDoor generate;
  private final JsonText json = new JsonText(1_024);

  /**
   * @param background runs what waits
   */
  public V2Door(Line line, Loop loop, TaskFactory factory, Catalog catalog, Executor background) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.catalog = catalog;
    this.background = background;
    this.generate = new GenerateDoor(line, loop, factory, catalog);
  }

  public List<Route> routes() {
    int limit = line.snapshots().current().limits().tensorBytes();
    List<Route> routes = new ArrayList<>(new V2Models(catalog).routes());
    routes.addAll(new RepositoryDoor(catalog, background).routes());
    routes.addAll(generate.routes());
    routes.addAll(NotServed.routes());
    for (String path : List.of("/v2/models/{m}/infer", "/v2/models/{m}/versions/{v}/infer")) {
      routes.add(
          Route.post(path, Action.INFER, V2Dialect.INSTANCE, limit, this::infer).compressed());
    }
    return routes;
  }

  /** To be called about once a second, on the loop. */
  public void sweep() {
    generate.sweep();
  }

  private void infer(Exchange exchange) {
    RequestLimits limits = line.snapshots().current().limits();
    TaskRequest task = TaskRequest.call(DOOR);
    CallHeaders.read(exchange, task);
    InferRequest request =
        new InferRequest(model(catalog, exchange), exchange.principal().highestClass(), task);
    new InferBody(request, exchange.body(), limits.tensorBytes()).read(exchange.header(BINARY));
    Task made = factory.make(exchange.principal(), task).task();
    Call call = new Call(line, loop, new InferAnswer(exchange, request, json));
    exchange.onGone(call::clientGone);
    call.submit(made);
  }

  /** The model that the path names, with its version where the path names one. */
  static Catalog.Model model(Catalog catalog, Exchange exchange) {
    return catalog.model(
        exchange.pathValue(0), exchange.pathValues() > 1 ? exchange.pathValue(1) : null);
  }
}
