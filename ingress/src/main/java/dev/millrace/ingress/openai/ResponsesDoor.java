package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.CancelWatch;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.http.Timers;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/responses}: asks for one, whole, streamed or in the background, and finds, follows,
 * cancels and deletes those that are kept. A response is a task and has its name; what is not to be
 * stored came in by a door that nobody looks behind.
 */
final class ResponsesDoor {

  private static final String DOOR = "responses";
  private static final String UNSTORED_DOOR = "responses-unstored";
  private static final int SEEN_NOTHING = -1;

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Timers timers;
  private final long keepAliveMillis;

  ResponsesDoor(Line line, Loop loop, TaskFactory factory, Timers timers, long keepAliveMillis) {
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.timers = timers;
    this.keepAliveMillis = keepAliveMillis;
  }

  List<Route> routes(int bodyLimit) {
    OpenAiDialect dialect = OpenAiDialect.INSTANCE;
    return List.of(
        Route.post("/v1/responses", Action.INFER, dialect, bodyLimit, this::create),
        Route.get("/v1/responses/{id}", Action.READ_TASK, dialect, this::retrieve),
        Route.delete("/v1/responses/{id}", Action.CANCEL_TASK, dialect, this::delete),
        Route.post(
            "/v1/responses/{id}/cancel", Action.CANCEL_TASK, dialect, bodyLimit, this::cancel));
  }

  static boolean isStored(Task task) {
    return task.settings().door().equals(DOOR);
  }

  static Problem unknown() {
    return Problem.of(ErrorCode.NOT_FOUND, "no such response, or it has expired");
  }

  private void create(Exchange exchange) {
    ResponseBody body = new ResponseBody(line.snapshots().current().limits().maxTokens());
    body.read(exchange.body());
    String door = body.store ? DOOR : UNSTORED_DOOR;
    TaskRequest request = body.background ? TaskRequest.task(door) : TaskRequest.call(door);
    CallHeaders.read(exchange, request);
    request.model = body.model;
    request.stream = body.stream;
    request.input = new Input.Json(body.modelInput(spec(body.model)));
    Task task = factory.make(exchange.principal(), request).task();
    if (body.stream) {
      ResponseStream stream =
          ResponseStream.created(exchange, body.asked(), timers, keepAliveMillis, line.clock());
      Call call = new Call(line, loop, stream);
      stream.follow(call);
      call.submit(task);
    } else {
      ResponseAnswer answer =
          new ResponseAnswer(exchange, body.asked(), body.background, line.clock());
      Call call = new Call(line, loop, answer);
      answer.call = call;
      exchange.onGone(call::clientGone);
      call.submit(task);
    }
  }

  private ModelSpec spec(@Nullable String model) {
    ModelSpec spec = factory.spec(model);
    if (!spec.chats()) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/model: "
                  + spec.name()
                  + (spec.generates()
                      ? " has no chat template (expected: POST /v1/completions with a prompt)"
                      : " does not generate text (POST /v1/tasks serves it)"),
              "/model",
              0));
    }
    return spec;
  }

  private void retrieve(Exchange exchange) {
    int after = after(exchange);
    boolean streams = streams(exchange);
    if (!streams && after != SEEN_NOTHING) {
      throw new ProblemException(
          Problem.invalid("starting_after", "given", "it with stream=true only"));
    }
    withResponse(
        exchange,
        view -> {
          if (streams) {
            resume(exchange, view.task(), after);
          } else {
            answer(exchange, view);
          }
        });
  }

  private void answer(Exchange exchange, StreamView view) {
    exchange.response().putHeader("x-millrace-task", view.task().id().toString());
    exchange.json(200, ResponseJson.of(view, ResponseAsked.KEPT));
  }

  private void resume(Exchange exchange, Task task, int after) {
    ResponseStream stream =
        ResponseStream.resumed(exchange, after, timers, keepAliveMillis, line.clock());
    Call call = new Call(line, loop, stream);
    stream.follow(call);
    call.resume(task.id(), task.tenant(), 0);
  }

  private static boolean streams(Exchange exchange) {
    return switch (exchange.query("stream")) {
      case null -> false;
      case "false" -> false;
      case "true" -> true;
      default ->
          throw new ProblemException(Problem.invalid("stream", "another text", "true or false"));
    };
  }

  private static int after(Exchange exchange) {
    String after = exchange.query("starting_after");
    if (after == null) {
      return SEEN_NOTHING;
    }
    if (!after.matches("[0-9]{1,9}")) {
      throw new ProblemException(
          Problem.invalid("starting_after", "no event's number", "0..999999999"));
    }
    return Integer.parseInt(after);
  }

  private void cancel(Exchange exchange) {
    withResponse(
        exchange,
        view -> {
          Task task = view.task();
          if (!ResponseJson.isBackground(task)) {
            exchange.problem(
                Problem.invalid(
                    "id",
                    "a response that does not run in the background",
                    "one that does; others end with their connection"));
            return;
          }
          CancelWatch watch = new CancelWatch(exchange, this::answer);
          watch.follow(new Call(line, loop, watch), task, timers);
          line.dispatcher().cancel(task.id(), CancelReason.REQUESTED);
        });
  }

  /** What runs on for it is not wanted any more either. */
  private void delete(Exchange exchange) {
    withResponse(
        exchange,
        view -> {
          TaskId id = view.task().id();
          if (view.end() == null) {
            line.dispatcher().cancel(id, CancelReason.REQUESTED);
          }
          line.streams().forget(id);
          exchange.json(
              200,
              new JsonText()
                  .beginObject()
                  .field("id", ResponseId.of(id))
                  .field("object", "response")
                  .field("deleted", true)
                  .endObject());
        });
  }

  private void withResponse(Exchange exchange, Consumer<StreamView> action) {
    TaskId id = ResponseId.parse(exchange.pathValue(0));
    if (id == null) {
      throw new ProblemException(unknown());
    }
    line.streams()
        .find(
            id,
            exchange.principal().tenant(),
            view ->
                loop.execute(
                    () -> {
                      if (view == null || !isStored(view.task())) {
                        exchange.problem(unknown());
                      } else {
                        action.accept(view);
                      }
                    }));
  }
}
