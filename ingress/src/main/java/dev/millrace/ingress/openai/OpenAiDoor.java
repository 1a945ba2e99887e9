package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import java.util.ArrayList;
import java.util.List;

/** Completions and chats; the rest of {@code /v1} that these clients know. One a loop. */
public final class OpenAiDoor {

  private static final String DOOR = "openai";

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final OpenStreams open = new OpenStreams();
  private final long keepAliveNanos;

  /**
   * @param keepAliveMillis after which a silent stream shows that it is alive
   */
  public OpenAiDoor(Line line, Loop loop, TaskFactory factory, long keepAliveMillis) {
    this.keepAliveNanos = keepAliveMillis * 1_000_000;
    this.line = line;
    this.loop = loop;
    this.factory = factory;
  }

  public List<Route> routes() {
    int limit = line.snapshots().current().limits().jsonBytes();
    OpenAiDialect dialect = OpenAiDialect.INSTANCE;
    EmbeddingsDoor embeddings = new EmbeddingsDoor(line, loop, factory);
    List<Route> routes = new ArrayList<>(new ModelsDoor(line.snapshots()).routes());
    routes.add(
        Route.post("/v1/completions", Action.INFER, dialect, limit, call -> generate(call, false)));
    routes.add(
        Route.post(
            "/v1/chat/completions", Action.INFER, dialect, limit, call -> generate(call, true)));
    routes.add(Route.post("/v1/embeddings", Action.INFER, dialect, limit, embeddings::embed));
    return routes;
  }

  /** To be called every few seconds, on the loop. */
  public void sweep() {
    long stuckMillis = line.snapshots().current().limits().slowReaderMillis();
    open.sweep(line.clock().nanoTime(), stuckMillis * 1_000_000);
  }

  private void generate(Exchange exchange, boolean chat) {
    GenerationBody body = new GenerationBody(chat, line.snapshots().current().limits().maxTokens());
    body.read(exchange.body());
    TaskRequest request = TaskRequest.call(DOOR);
    CallHeaders.read(exchange, request);
    request.model = body.model;
    request.stream = body.stream;
    request.input = new Input.Json(input(body, chat));
    Task task = factory.make(exchange.principal(), request).task();
    if (body.stream) {
      CompletionStream stream =
          new CompletionStream(exchange, body, chat, open, line.clock(), keepAliveNanos);
      Call call = new Call(line, loop, stream);
      stream.follow(call);
      call.submit(task);
    } else {
      Call call = new Call(line, loop, new CompletionAnswer(exchange, chat, line.clock()));
      exchange.onGone(call::clientGone);
      call.submit(task);
    }
  }

  private byte[] input(GenerationBody body, boolean chat) {
    ModelSpec spec = factory.spec(body.model);
    if (!spec.generates()) {
      throw unsupported(
          spec.name()
              + " does not generate text (POST /v1/tasks or /v2/models/.../infer serve it)");
    }
    boolean simulated = spec.runtime() == RuntimeKind.SIM;
    if (chat && !simulated && spec.runtime() != RuntimeKind.REMOTE) {
      throw unsupported(
          spec.name() + " has no chat template (expected: POST /v1/completions with a prompt)");
    }
    return simulated ? body.simulatorInput() : body.generatorInput();
  }

  private static ProblemException unsupported(String message) {
    return new ProblemException(
        new Problem(ErrorCode.UNSUPPORTED, "/model: " + message, "/model", 0));
  }
}
