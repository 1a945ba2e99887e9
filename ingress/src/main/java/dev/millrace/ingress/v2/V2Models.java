package dev.millrace.ingress.v2;

import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the server and its models say of themselves. */
final class V2Models {

  private static final int NOT_READY = 503;

  private final Catalog catalog;

  V2Models(Catalog catalog) {
    this.catalog = catalog;
  }

  List<Route> routes() {
    V2Dialect dialect = V2Dialect.INSTANCE;
    Action read = Action.READ_MODELS;
    List<Route> routes = new ArrayList<>();
    routes.add(Route.get("/v2", read, dialect, this::server));
    // The protocol's own description in OpenAPI has it with the slash, its text without.
    routes.add(Route.get("/v2/", read, dialect, this::server));
    routes.add(
        Route.get("/v2/health/live", Action.HEALTH, dialect, exchange -> exchange.empty(200)));
    routes.add(Route.get("/v2/health/ready", Action.HEALTH, dialect, this::ready));
    routes.add(Route.get("/v2/models", read, dialect, this::list));
    routes.add(Route.get("/v2/models/stats", read, dialect, this::allStatistics));
    ofModel("", this::metadata, routes);
    ofModel("/ready", this::modelReady, routes);
    ofModel("/config", this::config, routes);
    ofModel("/stats", this::statistics, routes);
    return routes;
  }

  private static void ofModel(String path, Consumer<Exchange> handler, List<Route> routes) {
    for (String model : List.of("/v2/models/{m}", "/v2/models/{m}/versions/{v}")) {
      routes.add(Route.get(model + path, Action.READ_MODELS, V2Dialect.INSTANCE, handler));
    }
  }

  private void server(Exchange exchange) {
    JsonText json = new JsonText();
    json.beginObject().field("name", Catalog.SERVER).field("version", catalog.version());
    json.name("extensions").beginArray();
    Catalog.EXTENSIONS.forEach(json::value);
    exchange.json(200, json.endArray().endObject());
  }

  private void ready(Exchange exchange) {
    exchange.empty(catalog.ready() ? 200 : NOT_READY);
  }

  private void modelReady(Exchange exchange) {
    if (catalog.isDamaged(exchange.pathValue(0))) {
      exchange.empty(NOT_READY);
      return;
    }
    exchange.empty(catalog.ready(V2Door.model(catalog, exchange)) ? 200 : NOT_READY);
  }

  private void list(Exchange exchange) {
    JsonText json = new JsonText();
    json.beginObject().name("models").beginArray();
    catalog.names().forEach(json::value);
    exchange.json(200, json.endArray().endObject());
  }

  private void metadata(Exchange exchange) {
    Catalog.Model model = V2Door.model(catalog, exchange);
    JsonText json = new JsonText();
    json.beginObject().field("name", model.spec().name());
    json.name("versions").beginArray().value(model.spec().version()).endArray();
    json.field("platform", model.platform());
    write("inputs", model.signature().inputs(), json);
    write("outputs", model.signature().outputs(), json);
    exchange.json(200, json.endObject());
  }

  private static void write(String name, List<Signature.Port> ports, JsonText json) {
    json.name(name).beginArray();
    for (Signature.Port port : ports) {
      json.beginObject().field("name", port.name()).field("datatype", port.type().name());
      json.name("shape").beginArray().value(-1);
      for (long size : port.row()) {
        json.value(size);
      }
      json.endArray().endObject();
    }
    json.endArray();
  }

  private void config(Exchange exchange) {
    exchange.json(200, ModelJson.config(ModelConfig.of(V2Door.model(catalog, exchange))));
  }

  private void allStatistics(Exchange exchange) {
    statistics(exchange, catalog.models("", null));
  }

  private void statistics(Exchange exchange) {
    statistics(exchange, List.of(V2Door.model(catalog, exchange)));
  }

  private void statistics(Exchange exchange, List<Catalog.Model> models) {
    JsonText json = new JsonText();
    json.beginObject().name("model_stats").beginArray();
    for (Catalog.Model model : models) {
      ModelJson.statistics(model, catalog.counts(model), json);
    }
    exchange.json(200, json.endArray().endObject());
  }
}
