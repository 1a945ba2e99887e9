package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRepository;
import dev.millrace.domain.port.ModelRepository.State;
import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which deployments there are, and taking them out of service and back. */
final class RepositoryDoor {

  private static final int BODY = 64 << 10;

  private final Catalog catalog;
  private final RepositoryWork work;

  RepositoryDoor(Catalog catalog, Executor background) {
    this.catalog = catalog;
    this.work = new RepositoryWork(background);
  }

  List<Route> routes() {
    String model = "/v2/repository/models/{m}";
    return List.of(
        post("/v2/repository/index", Action.READ_MODELS, this::index),
        post(model + "/load", Action.CONTROL_MODELS, this::load),
        post(model + "/unload", Action.CONTROL_MODELS, this::unload));
  }

  private static Route post(String path, Action action, Consumer<Exchange> handler) {
    return Route.post(path, action, V2Dialect.INSTANCE, BODY, handler);
  }

  private void index(Exchange exchange) {
    boolean onlyReady = false;
    if (exchange.body().length > 0) {
      try (JsonObjectReader json = new JsonObjectReader(exchange.body())) {
        for (String name; (name = json.nextField()) != null; ) {
          if (name.equals("ready")) {
            onlyReady = json.truth();
          } else {
            json.skip();
          }
        }
      }
    }
    JsonText json = new JsonText();
    json.beginArray();
    for (ModelRepository.Entry entry : catalog.repository().index()) {
      if (!onlyReady || entry.state() == State.READY) {
        json.beginObject().field("name", entry.name()).field("version", entry.version());
        json.field("state", RepositoryWork.stateName(entry.state()))
            .field("reason", entry.reason())
            .endObject();
      }
    }
    exchange.json(200, json.endArray());
  }

  private void load(Exchange exchange) {
    noOverrides(exchange);
    String model = exchange.pathValue(0);
    run(exchange, () -> catalog.repository().load(model));
  }

  private void unload(Exchange exchange) {
    String model = exchange.pathValue(0);
    run(exchange, () -> catalog.repository().unload(model));
  }

  /** A deployment is what the configuration says; files and settings do not come by this door. */
  private static void noOverrides(Exchange exchange) {
    if (exchange.body().length == 0) {
      return;
    }
    try (JsonObjectReader json = new JsonObjectReader(exchange.body())) {
      for (String name; (name = json.nextField()) != null; ) {
        if (name.equals("parameters")) {
          JsonObjectReader parameters = json.object();
          if (parameters.nextField() != null) {
            throw InferRequest.unsupported(parameters.pointer());
          }
        } else {
          json.skip();
        }
      }
    }
  }

  private void run(Exchange exchange, Runnable action) {
    work.run(action, problem -> exchange.onLoop(() -> answer(exchange, problem)));
  }

  private static void answer(Exchange exchange, @Nullable Problem problem) {
    if (problem == null) {
      exchange.empty(200);
    } else {
      exchange.problem(problem);
    }
  }
}
