package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What is served, by name: {@code /v1/models}. */
final class ModelsDoor {

  private final SnapshotSource snapshots;

  ModelsDoor(SnapshotSource snapshots) {
    this.snapshots = snapshots;
  }

  List<Route> routes() {
    OpenAiDialect dialect = OpenAiDialect.INSTANCE;
    return List.of(
        Route.get("/v1/models", Action.READ_MODELS, dialect, this::list),
        Route.get("/v1/models/{id}", Action.READ_MODELS, dialect, this::show));
  }

  private void list(Exchange exchange) {
    ServingSnapshot snapshot = snapshots.current();
    JsonText json = new JsonText();
    json.beginObject().field("object", "list").name("data").beginArray();
    new TreeMap<>(snapshot.deployments())
        .values()
        .forEach(deployment -> write(deployment.spec(), snapshot, json));
    exchange.json(200, json.endArray().endObject());
  }

  private void show(Exchange exchange) {
    ServingSnapshot snapshot = snapshots.current();
    Deployment deployment = snapshot.deployment(exchange.pathValue(0));
    if (deployment == null) {
      Problem damage = snapshot.whyNot(exchange.pathValue(0));
      exchange.problem(
          damage != null
              ? damage
              : new Problem(
                  ErrorCode.NOT_FOUND,
                  "/model: no model has this name (GET /v1/models lists them)",
                  "/model",
                  0));
      return;
    }
    JsonText json = new JsonText();
    write(deployment.spec(), snapshot, json);
    exchange.json(200, json);
  }

  private static void write(ModelSpec spec, ServingSnapshot snapshot, JsonText json) {
    json.beginObject()
        .field("id", spec.name())
        .field("object", "model")
        .field("created", snapshot.builtAtWallMillis() / 1_000)
        .field("owned_by", "millrace");
    json.name("millrace")
        .beginObject()
        .field("kind", spec.kind().name().toLowerCase(Locale.ROOT))
        .field("version", spec.version());
    if (spec.context() > 0) {
      json.field("context", spec.context());
    }
    json.endObject().endObject();
  }
}
