package dev.millrace.ingress.tasks;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.CancelWatch;
import dev.millrace.ingress.call.Line;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskFields;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.http.Timers;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Submits, shows, follows, cancels and lists tasks over HTTP. One a loop. */
public final class TasksDoor {

  static final long LONGEST_WAIT_SECONDS = 60;
  private static final int LIST_MOST = 1_000;

  private final Line line;
  private final Loop loop;
  private final TaskFactory factory;
  private final Timers timers;
  private final Executor background;
  private final long keepAliveMillis;

  /**
   * @param background for what waits for a disk: virtual threads
   * @param keepAliveMillis after which a comment is sent on a silent event stream
   */
  public TasksDoor(
      Line line,
      Loop loop,
      TaskFactory factory,
      Timers timers,
      Executor background,
      long keepAliveMillis) {
    this.keepAliveMillis = keepAliveMillis;
    this.line = line;
    this.loop = loop;
    this.factory = factory;
    this.timers = timers;
    this.background = background;
  }

  public List<Route> routes() {
    int limit = line.snapshots().current().limits().jsonBytes();
    return List.of(
        Route.post("/v1/tasks", Action.INFER, Dialect.MILLRACE, limit, this::submit),
        Route.get("/v1/tasks", Action.READ_TASK, Dialect.MILLRACE, this::list),
        Route.get("/v1/tasks/{id}", Action.READ_TASK, Dialect.MILLRACE, this::show),
        Route.get("/v1/tasks/{id}/events", Action.READ_TASK, Dialect.MILLRACE, this::events),
        Route.post(
            "/v1/tasks/{id}/cancel", Action.CANCEL_TASK, Dialect.MILLRACE, limit, this::cancel));
  }

  private void submit(Exchange exchange) {
    TaskRequest request = TaskRequest.task("tasks");
    try (JsonObjectReader json = new JsonObjectReader(exchange.body())) {
      for (String name; (name = json.nextField()) != null; ) {
        if (!TaskFields.read(name, json, request)) {
          json.skip();
        }
      }
    }
    String key = exchange.header("idempotency-key");
    if (key != null) {
      request.idempotencyKey = key;
    }
    TaskFactory.Made made = factory.make(exchange.principal(), request);
    long waitSeconds = waitSeconds(exchange.header("prefer"));
    Submission submission = new Submission(exchange, made, waitSeconds > 0);
    Call call = new Call(line, loop, submission);
    submission.call = call;
    if (waitSeconds > 0) {
      exchange.onGone(call::clientGone);
      timers.after(waitSeconds * 1_000, submission::waitedEnough);
    }
    call.submit(made.task());
  }

  /** The seconds of {@code Prefer: wait=N}, at most {@link #LONGEST_WAIT_SECONDS}; 0 without. */
  static long waitSeconds(@Nullable String prefer) {
    if (prefer == null) {
      return 0;
    }
    for (String preference : prefer.split(",", 8)) {
      String trimmed = preference.strip();
      if (trimmed.startsWith("wait=") && trimmed.length() <= 10) {
        try {
          return Math.clamp(Long.parseLong(trimmed.substring(5)), 0, LONGEST_WAIT_SECONDS);
        } catch (NumberFormatException notANumber) {
          return 0; // a preference that is not understood is passed over (RFC 7240, section 2)
        }
      }
    }
    return 0;
  }

  private void show(Exchange exchange) {
    withStream(exchange, stream -> answer(exchange, stream));
  }

  private void answer(Exchange exchange, StreamView stream) {
    JsonText json = new JsonText();
    TaskJson.write(stream, TaskJson.spec(line.snapshots().current(), stream.task()), json);
    exchange.json(200, json);
  }

  private void events(Exchange exchange) {
    TaskId id = id(exchange);
    SseReader reader =
        new SseReader(
            exchange, from(exchange), () -> line.snapshots().current(), timers, keepAliveMillis);
    Call call = new Call(line, loop, reader);
    reader.follow(call);
    call.resume(id, exchange.principal().tenant(), reader.from());
  }

  private static int from(Exchange exchange) {
    String last = exchange.header("last-event-id");
    String after = last == null ? exchange.query("after") : last;
    if (after == null) {
      return 0;
    }
    try {
      int number = Integer.parseInt(after);
      if (number >= 0 && number < Integer.MAX_VALUE) {
        return number + 1;
      }
    } catch (NumberFormatException notANumber) {
      // Answered below, with what a number out of range gets.
    }
    throw new ProblemException(
        Problem.invalid("last-event-id", "no event's number", "0.." + (Integer.MAX_VALUE - 1)));
  }

  private void cancel(Exchange exchange) {
    withStream(
        exchange,
        stream -> {
          CancelWatch watch = new CancelWatch(exchange, this::answer);
          watch.follow(new Call(line, loop, watch), stream.task(), timers);
          line.dispatcher().cancel(stream.task().id(), CancelReason.REQUESTED);
        });
  }

  private void list(Exchange exchange) {
    String state = exchange.query("state");
    TaskState wanted = state == null ? null : TaskState.byName(state);
    if (state != null && wanted == null) {
      throw new ProblemException(
          Problem.invalid("state", "an unknown state", "queued, running, succeeded, failed, ..."));
    }
    String after = exchange.query("after");
    TaskId afterId = after == null ? null : TaskId.parse(after);
    if (after != null && afterId == null) {
      throw new ProblemException(Problem.invalid("after", "no task's id", "a task's id"));
    }
    String model = exchange.query("model");
    int limit = limit(exchange.query("limit"));
    int tenant = exchange.principal().tenant();
    background.execute(
        () -> {
          var found = line.streams().list(tenant, wanted, model, afterId, limit);
          loop.execute(() -> answerList(exchange, found));
        });
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return 100;
    }
    if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= LIST_MOST) {
      return Integer.parseInt(text);
    }
    throw new ProblemException(Problem.invalid("limit", "not in range", "1.." + LIST_MOST));
  }

  private static void answerList(Exchange exchange, List<StreamView> found) {
    JsonText json = new JsonText();
    json.beginObject().name("tasks").beginArray();
    found.forEach(stream -> TaskJson.writeSummary(stream, json));
    json.endArray().endObject();
    exchange.json(200, json);
  }

  private void withStream(Exchange exchange, Consumer<StreamView> action) {
    line.streams()
        .find(
            id(exchange),
            exchange.principal().tenant(),
            stream ->
                loop.execute(
                    () -> {
                      if (stream == null) {
                        exchange.problem(unknown());
                      } else {
                        action.accept(stream);
                      }
                    }));
  }

  private static TaskId id(Exchange exchange) {
    TaskId id = TaskId.parse(exchange.pathValue(0));
    if (id == null) {
      throw new ProblemException(unknown());
    }
    return id;
  }

  private static Problem unknown() {
    return Problem.of(ErrorCode.NOT_FOUND, "no such task, or its stream has expired");
  }

  /** Answers a submission: at once, or when the task has ended or was waited for long enough. */
  private final class Submission implements Call.Reader {
    private final Exchange exchange;
    private final TaskFactory.Made made;
    private final boolean waits;
    private @Nullable Call call;
    private @Nullable StreamView stream;

    Submission(Exchange exchange, TaskFactory.Made made, boolean waits) {
      this.exchange = exchange;
      this.made = made;
      this.waits = waits;
    }

    @Override
    public void acknowledged(StreamView accepted) {
      stream = accepted;
      if (!waits) {
        accept(accepted);
      }
    }

    private void accept(StreamView accepted) {
      String id = accepted.task().id().toString();
      JsonText json = new JsonText();
      json.beginObject()
          .field("task", id)
          .field("state", accepted.state().wireName())
          .field("durability", accepted.task().settings().durability().wireName())
          .field("events", "/v1/tasks/" + id + "/events");
      if (!made.warnings().isEmpty()) {
        json.name("warnings").beginArray();
        made.warnings().forEach(json::value);
        json.endArray();
      }
      json.endObject();
      exchange.response().putHeader("location", "/v1/tasks/" + id);
      exchange.json(202, json);
      if (call != null) {
        call.close();
      }
    }

    @Override
    public void refused(Problem problem) {
      exchange.problem(problem);
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void event(int number, StreamEvent event) {
      if (event instanceof StreamEvent.End && stream != null) {
        exchange.response().putHeader("location", "/v1/tasks/" + stream.task().id());
        answer(exchange, stream);
      }
    }

    void waitedEnough() {
      if (stream != null && !exchange.isAnswered()) {
        accept(stream);
      }
    }
  }
}
