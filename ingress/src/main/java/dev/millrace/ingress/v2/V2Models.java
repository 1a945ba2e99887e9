package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the server and its models say of themselves: metadata, liveness, readiness. */
public final class V2Models {

  private static final int NOT_READY = 503;

  private final SnapshotSource snapshots;
  private final Supplier<List<String>> notReady;
  private final Predicate<String> modelReady;
  private final String version;

  /**
   * @param notReady why the node is not ready; empty when it is
   * @param modelReady whether a model of this name answers now
   * @param version of the server
   */
  public V2Models(
      SnapshotSource snapshots,
      Supplier<List<String>> notReady,
      Predicate<String> modelReady,
      String version) {
    this.snapshots = snapshots;
    this.notReady = notReady;
    this.modelReady = modelReady;
    this.version = version;
  }

  List<Route> routes() {
    V2Dialect dialect = V2Dialect.INSTANCE;
    Action read = Action.READ_MODELS;
    return List.of(
        Route.get("/v2", read, dialect, this::server),
        Route.get("/v2/health/live", Action.HEALTH, dialect, exchange -> exchange.empty(200)),
        Route.get("/v2/health/ready", Action.HEALTH, dialect, this::ready),
        Route.get("/v2/models", read, dialect, this::list),
        Route.get("/v2/models/{m}", read, dialect, this::metadata),
        Route.get("/v2/models/{m}/versions/{v}", read, dialect, this::metadata),
        Route.get("/v2/models/{m}/ready", read, dialect, this::modelReady),
        Route.get("/v2/models/{m}/versions/{v}/ready", read, dialect, this::modelReady));
  }

  /**
   * The model that the path names, with its version where the path names one.
   *
   * @throws ProblemException when there is none
   */
  ModelSpec spec(Exchange exchange) {
    String name = exchange.pathValue(0);
    ServingSnapshot snapshot = snapshots.current();
    Deployment deployment = snapshot.deployment(name);
    if (deployment == null) {
      Problem damage = snapshot.whyNot(name);
      if (damage != null) {
        throw new ProblemException(damage);
      }
      throw unknown("no model has this name (GET /v2/models lists them)");
    }
    ModelSpec spec = deployment.spec();
    if (exchange.pathValues() > 1 && !exchange.pathValue(1).equals(spec.version())) {
      throw unknown(spec.name() + " has no such version here (expected: " + spec.version() + ")");
    }
    return spec;
  }

  private static ProblemException unknown(String message) {
    return new ProblemException(Problem.of(ErrorCode.NOT_FOUND, message));
  }

  private void server(Exchange exchange) {
    JsonText json = new JsonText();
    json.beginObject().field("name", "millrace").field("version", version);
    json.name("extensions").beginArray().value("parameters").endArray();
    exchange.json(200, json.endObject());
  }

  private void ready(Exchange exchange) {
    exchange.empty(notReady.get().isEmpty() ? 200 : NOT_READY);
  }

  private void modelReady(Exchange exchange) {
    if (snapshots.current().whyNot(exchange.pathValue(0)) != null) {
      exchange.empty(NOT_READY);
      return;
    }
    exchange.empty(modelReady.test(spec(exchange).name()) ? 200 : NOT_READY);
  }

  private void list(Exchange exchange) {
    JsonText json = new JsonText();
    json.beginObject().name("models").beginArray();
    new TreeSet<>(snapshots.current().deployments().keySet()).forEach(json::value);
    exchange.json(200, json.endArray().endObject());
  }

  private void metadata(Exchange exchange) {
    ModelSpec spec = spec(exchange);
    Signature signature = Signature.of(spec);
    JsonText json = new JsonText();
    json.beginObject().field("name", spec.name());
    json.name("versions").beginArray().value(spec.version()).endArray();
    json.field("platform", platform(spec));
    write("inputs", signature.inputs(), json);
    write("outputs", signature.outputs(), json);
    exchange.json(200, json.endObject());
  }

  private static String platform(ModelSpec spec) {
    return spec.runtime() == RuntimeKind.ONNX
        ? "onnxruntime_onnx"
        : "millrace_" + spec.runtime().name().toLowerCase(Locale.ROOT);
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
}
