package dev.millrace.ingress.openapi;

import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The document of these routes. A pure function of them, the resources and the values. */
final class OpenApiDocument {

  private static final String ABOUT =
      "Tasks, OpenAI's API and the Open Inference Protocol V2 over one port. A WebSocket"
          + " (GET /v1/ws, subprotocol millrace.v1) is served beside them.";

  private final List<Route> routes;
  private final Values values;
  private final String version;
  private final Map<String, Operation> operations = Descriptions.operations();

  OpenApiDocument(List<Route> routes, Values values, String version) {
    this.routes = routes;
    this.values = values;
    this.version = version;
  }

  /** How a route is named in the descriptions. */
  static String key(Route route) {
    return route.method() + " " + route.template();
  }

  JsonText write() {
    JsonText json = new JsonText(65_536);
    json.beginObject().field("openapi", "3.1.0").name("info").beginObject();
    json.field("title", "Millrace").field("version", version).field("description", ABOUT);
    json.name("license").beginObject().field("name", "Apache-2.0");
    json.field("identifier", "Apache-2.0").endObject().endObject();
    json.name("servers").raw("[{\"url\":\"/\"}]");
    json.name("security").raw("[{\"key\":[]}]");
    values.writeLimits(json.name("x-millrace-limits"));
    paths(json.name("paths"));
    json.name("components").beginObject();
    json.name("securitySchemes").raw("{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"}}");
    json.name("parameters").raw(values.fill(Descriptions.text("parameters.json")));
    json.name("schemas").raw(values.fill(Descriptions.text("schemas.json")));
    return json.endObject().endObject();
  }

  private void paths(JsonText json) {
    Map<String, Map<String, Route>> byPath = new TreeMap<>();
    for (Route route : routes) {
      byPath
          .computeIfAbsent(route.template(), _ -> new LinkedHashMap<>())
          .put(route.method().name().toLowerCase(Locale.ROOT), route);
    }
    json.beginObject();
    byPath.forEach(
        (path, byMethod) -> {
          json.name(path).beginObject();
          byMethod.forEach((method, route) -> operation(route, json.name(method)));
          json.endObject();
        });
    json.endObject();
  }

  private void operation(Route route, JsonText json) {
    Operation described = operations.get(key(route));
    Operation operation = described == null ? Operation.undescribed(route.template()) : described;
    new OperationJson(route, operation, values).write(json);
  }
}
