package dev.millrace.ingress.health;

import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** {@code /livez}, {@code /readyz}, {@code /startupz}; on the operator's port {@code /metrics}. */
public final class HealthDoor {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<List<String>> notReady;

  public HealthDoor(Supplier<List<String>> notReady) {
    this.notReady = notReady;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/livez", Action.HEALTH, Dialect.MILLRACE, HealthDoor::live),
        Route.get("/readyz", Action.HEALTH, Dialect.MILLRACE, this::ready),
        Route.get("/startupz", Action.HEALTH, Dialect.MILLRACE, this::ready));
  }

  /** The scrape is rendered off the loop: it walks over every meter. */
  public static Route metrics(Supplier<String> text, Executor background) {
    return Route.get(
        "/metrics",
        Action.READ_METRICS,
        Dialect.MILLRACE,
        exchange ->
            background.execute(
                () -> {
                  String rendered = text.get();
                  exchange.onLoop(() -> exchange.answer(200, PROMETHEUS, rendered));
                }));
  }

  private static void live(Exchange exchange) {
    exchange.answer(200, "text/plain", "ok\n");
  }

  private void ready(Exchange exchange) {
    List<String> reasons = notReady.get();
    JsonText json = new JsonText();
    json.beginObject().field("ready", reasons.isEmpty()).name("waiting_for").beginArray();
    reasons.forEach(json::value);
    json.endArray().endObject();
    exchange.json(reasons.isEmpty() ? 200 : 503, json);
  }
}
