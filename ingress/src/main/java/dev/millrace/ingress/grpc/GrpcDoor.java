package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.http.Inflation;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.PendingBodies;
import dev.millrace.ingress.http.Router;
import dev.millrace.ingress.v2.Catalog;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every method there is, each with its one action; the gate is asked before a byte of a message is
 * kept. One a loop.
 */
public final class GrpcDoor {

  private static final String CONTENT = "application/grpc";
  private static final String CODINGS = "identity,gzip,deflate";
  private static final Principal NOBODY = new Principal(0, "", false, TaskClass.SHEDDABLE);
  private static final String INFERENCE = "/inference.GRPCInferenceService/";

  private record Method(Action action, Consumer<GrpcCall> handler) {}

  private final Line line;
  private final Gate gate;
  private final PendingBodies pending;
  private final InferCalls infer;
  private final HealthCalls health;
  private final Map<String, Method> methods = new LinkedHashMap<>();
  private final Set<StreamInfer> streams = new LinkedHashSet<>();

  /**
   * @param background runs what waits
   */
  public GrpcDoor(
      Line line, Loop loop, Gate gate, TaskFactory factory, Catalog catalog, Executor background) {
    this.line = line;
    this.gate = gate;
    this.pending =
        new PendingBodies(line.clock(), line.snapshots().current().limits().bodyMillis());
    this.infer = new InferCalls(line, loop, factory, catalog);
    ReflectionCalls reflection = new ReflectionCalls();
    this.health = new HealthCalls(catalog, ReflectionCalls.SERVICES);
    inference(new ModelCalls(catalog), new RepositoryCalls(catalog, loop, background));
    add("/grpc.health.v1.Health/Check", Action.HEALTH, health::check);
    add("/grpc.health.v1.Health/Watch", Action.HEALTH, health::watch);
    for (String version : List.of("v1", "v1alpha")) {
      add(
          "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo",
          Action.READ_MODELS,
          reflection::info);
    }
  }

  private void inference(ModelCalls models, RepositoryCalls repository) {
    add(INFERENCE + "ServerLive", Action.HEALTH, models::serverLive);
    add(INFERENCE + "ServerReady", Action.HEALTH, models::serverReady);
    add(INFERENCE + "ServerMetadata", Action.READ_MODELS, models::serverMetadata);
    add(INFERENCE + "ModelReady", Action.READ_MODELS, models::modelReady);
    add(INFERENCE + "ModelMetadata", Action.READ_MODELS, models::modelMetadata);
    add(INFERENCE + "ModelConfig", Action.READ_MODELS, models::modelConfig);
    add(INFERENCE + "ModelStatistics", Action.READ_MODELS, models::modelStatistics);
    add(INFERENCE + "RepositoryIndex", Action.READ_MODELS, repository::index);
    add(INFERENCE + "RepositoryModelLoad", Action.CONTROL_MODELS, repository::load);
    add(INFERENCE + "RepositoryModelUnload", Action.CONTROL_MODELS, repository::unload);
    add(INFERENCE + "ModelInfer", Action.INFER, infer::infer);
    add(INFERENCE + "ModelStreamInfer", Action.INFER, this::stream);
  }

  private void add(String path, Action action, Consumer<GrpcCall> handler) {
    methods.put(path, new Method(action, handler));
  }

  /** Every method's path with its action. */
  public Map<String, Action> methods() {
    Map<String, Action> actions = new LinkedHashMap<>();
    methods.forEach((path, method) -> actions.put(path, method.action));
    return actions;
  }

  /** Whether the request is one of gRPC. */
  public static boolean takes(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2 || request.method() != HttpMethod.POST) {
      return false;
    }
    String content = request.getHeader("content-type");
    return content != null
        && content.startsWith(CONTENT)
        && (content.length() == CONTENT.length()
            || content.startsWith("+proto", CONTENT.length())
            || content.charAt(CONTENT.length()) == ';');
  }

  public void handle(HttpServerRequest request) {
    Method method = methods.get(request.path());
    if (method == null) {
      refuse(request, Problem.of(ErrorCode.UNSUPPORTED, "no such method"));
      return;
    }
    switch (gate.check(Router.bearer(request.getHeader("authorization")), method.action)) {
      case Access.Denied(var problem) -> refuse(request, problem);
      case Access.Granted(var principal) -> serve(request, principal, method);
    }
  }

  private void serve(HttpServerRequest request, Principal principal, Method method) {
    String coding = request.getHeader("grpc-encoding");
    if (coding != null && !coding.equals("identity") && !Inflation.knows(coding)) {
      request.response().putHeader("grpc-accept-encoding", CODINGS);
      refuse(
          request,
          Problem.of(
              ErrorCode.UNSUPPORTED, "grpc-encoding: unknown (expected: one of " + CODINGS + ")"));
      return;
    }
    GrpcCall call = call(request, principal, coding);
    try {
      method.handler.accept(call);
    } catch (ProblemException refused) {
      call.fail(refused.problem());
    }
  }

  private GrpcCall call(HttpServerRequest request, Principal principal, @Nullable String coding) {
    RequestLimits limits = line.snapshots().current().limits();
    return new GrpcCall(
        request,
        principal,
        limits.tensorBytes(),
        pending,
        coding == null || coding.equals("identity") ? null : coding);
  }

  private void refuse(HttpServerRequest request, Problem problem) {
    call(request, NOBODY, null).fail(problem);
  }

  private void stream(GrpcCall call) {
    int most = line.snapshots().current().limits().tasksPerSocket();
    StreamInfer stream = new StreamInfer(call, infer, line.clock(), most);
    streams.add(stream);
    call.receive(/* oneMessage= */ false, stream);
  }

  /** To be called about once a second, on the loop. */
  public void sweep() {
    pending.sweep();
    health.sweep();
    streams.removeIf(StreamInfer::isOver);
    long now = line.clock().nanoTime();
    long stuck = line.snapshots().current().limits().slowReaderMillis() * 1_000_000;
    streams.forEach(stream -> stream.sweep(now, stuck));
  }
}
