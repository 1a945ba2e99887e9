package dev.millrace.ingress.tasks;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.EventJson;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Timers;
import dev.millrace.ingress.json.JsonText;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task's events as Server-Sent Events (WHATWG HTML, 9.2): {@code id} is the number, {@code event}
 * the kind. A comment every while keeps proxies from closing a line where nothing happens.
 */
final class SseReader implements Call.Reader {

  private final Exchange exchange;
  private final int from;
  private final Supplier<ServingSnapshot> snapshots;
  private final Timers timers;
  private final long keepAliveMillis;
  private final JsonText json = new JsonText();
  private @Nullable ModelSpec spec;
  private boolean ended;
  private long blockedChecks;

  SseReader(
      Exchange exchange,
      int from,
      Supplier<ServingSnapshot> snapshots,
      Timers timers,
      long keepAliveMillis) {
    this.exchange = exchange;
    this.from = from;
    this.snapshots = snapshots;
    this.timers = timers;
    this.keepAliveMillis = keepAliveMillis;
  }

  int from() {
    return from;
  }

  void follow(Call followed) {
    exchange.onGone(followed::close);
    exchange.response().drainHandler(_ -> followed.pump());
  }

  @Override
  public void acknowledged(StreamView stream) {
    spec = TaskJson.spec(snapshots.get(), stream.task());
    HttpServerResponse response = exchange.response();
    response.setChunked(exchange.isHttp1());
    response.putHeader("content-type", "text/event-stream");
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-accel-buffering", "no");
    response.putHeader("x-request-id", exchange.requestId());
    response.putHeader("x-millrace-task", stream.task().id().toString());
    response.writeHead();
    timers.after(keepAliveMillis, this::keepAlive);
  }

  @Override
  public void refused(Problem problem) {
    exchange.problem(problem);
  }

  @Override
  public boolean ready() {
    return !exchange.response().writeQueueFull();
  }

  @Override
  public void event(int number, StreamEvent event) {
    blockedChecks = 0;
    json.clear();
    json.beginObject().field("seq", number).field("kind", EventJson.kind(event));
    EventJson.write(event, spec, null, json);
    json.endObject();
    String frame =
        "id: " + number + "\nevent: " + EventJson.kind(event) + "\ndata: " + json + "\n\n";
    if (event instanceof StreamEvent.End) {
      ended = true;
      exchange.response().end(frame);
    } else {
      exchange.response().write(frame);
    }
  }

  private void keepAlive() {
    if (ended || exchange.isGone()) {
      return;
    }
    if (!ready()) {
      // Two looks without a byte taken: the reader is gone or stuck, and can resume by number.
      if (++blockedChecks >= 2) {
        exchange.cut();
        return;
      }
    } else {
      exchange.response().write(": keep-alive\n\n");
    }
    timers.after(keepAliveMillis, this::keepAlive);
  }
}
