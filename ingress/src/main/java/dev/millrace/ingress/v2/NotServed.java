package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import java.util.ArrayList;
import java.util.List;

/** Extensions of other servers that clients may ask for: each is refused in so many words. */
final class NotServed {

  private static final int BODY = 64 << 10;

  private NotServed() {}

  static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String path :
        List.of("/v2/logging", "/v2/trace/setting", "/v2/models/{m}/trace/setting")) {
      routes.add(Route.get(path, Action.READ_MODELS, V2Dialect.INSTANCE, NotServed::refuse));
      routes.add(post(path));
    }
    for (String memory : List.of("/v2/systemsharedmemory", "/v2/cudasharedmemory")) {
      for (String path : List.of("/status", "/region/{m}/status")) {
        routes.add(
            Route.get(memory + path, Action.READ_MODELS, V2Dialect.INSTANCE, NotServed::refuse));
      }
      for (String path : List.of("/unregister", "/region/{m}/register", "/region/{m}/unregister")) {
        routes.add(post(memory + path));
      }
    }
    return routes;
  }

  private static Route post(String path) {
    return Route.post(path, Action.READ_MODELS, V2Dialect.INSTANCE, BODY, NotServed::refuse);
  }

  private static void refuse(Exchange exchange) {
    exchange.problem(
        Problem.of(
            ErrorCode.UNSUPPORTED,
            "this extension is not served (GET /v2 lists those that are: "
                + String.join(", ", Catalog.EXTENSIONS)
                + ")"));
  }
}
