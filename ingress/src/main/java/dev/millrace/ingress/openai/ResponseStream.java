package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Timers;
import dev.millrace.kernel.Clock;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Streams a response as named Server-Sent Events, from its beginning or after a number.
 *
 * <p>What runs in the background is told at once, for its name is what a cut stream is resumed by.
 * What the client waits for holds its head back until there is something to say, so that what fails
 * before is a plain HTTP error. How a response ended is its last event, after which the stream ends
 * cleanly; only what breaks the stream itself cuts it.
 */
final class ResponseStream implements Call.Reader {

  private final Exchange exchange;
  private final ResponseAsked asked;
  private final boolean resumed;
  private final int after;
  private final Timers timers;
  private final long keepAliveMillis;
  private final Clock clock;
  private @Nullable Call call;
  private @Nullable StreamView view;
  private @Nullable ResponseEvents events;
  private boolean begun;
  private boolean ended;
  private boolean sent;
  private int blockedLooks;

  private ResponseStream(
      Exchange exchange,
      ResponseAsked asked,
      boolean resumed,
      int after,
      Timers timers,
      long keepAliveMillis,
      Clock clock) {
    this.exchange = exchange;
    this.asked = asked;
    this.resumed = resumed;
    this.after = after;
    this.timers = timers;
    this.keepAliveMillis = keepAliveMillis;
    this.clock = clock;
  }

  /** Of a response that was just asked for. */
  static ResponseStream created(
      Exchange exchange, ResponseAsked asked, Timers timers, long keepAliveMillis, Clock clock) {
    return new ResponseStream(exchange, asked, false, -1, timers, keepAliveMillis, clock);
  }

  /**
   * Of a response that exists.
   *
   * @param after the last number that the client has seen; −1 for none
   */
  static ResponseStream resumed(
      Exchange exchange, int after, Timers timers, long keepAliveMillis, Clock clock) {
    return new ResponseStream(
        exchange, ResponseAsked.KEPT, true, after, timers, keepAliveMillis, clock);
  }

  void follow(Call followed) {
    call = followed;
    exchange.onGone(resumed ? followed::close : followed::clientGone);
    exchange.response().drainHandler(_ -> followed.pump());
  }

  @Override
  public void acknowledged(StreamView stream) {
    view = stream;
    events = new ResponseEvents(stream.task(), asked, after);
    if (resumed || ResponseJson.isBackground(stream.task())) {
      begin(stream.task(), events);
    }
  }

  @Override
  public void refused(Problem problem) {
    exchange.problem(resumed ? ResponsesDoor.unknown() : problem);
  }

  @Override
  public boolean ready() {
    return !exchange.response().writeQueueFull();
  }

  @Override
  public void event(int number, StreamEvent event) {
    StreamView followed = view;
    ResponseEvents rendered = events;
    if (followed == null || rendered == null || ended) {
      return;
    }
    switch (event) {
      case Token(var _, var more) -> {
        if (!more.isEmpty()) {
          begin(followed.task(), rendered);
          write(rendered.text(more));
        }
      }
      case Notice(var code, var _) -> notice(code, followed.task(), rendered);
      case End end -> end(end, followed, rendered);
    }
  }

  private void notice(Code code, Task task, ResponseEvents rendered) {
    if (code == Code.GAP && rendered.mayBeKnown()) {
      fail(Answers.lost(task), rendered);
    } else if (code == Code.RESTART && rendered.begun()) {
      fail(Answers.restarted(task), rendered);
    }
  }

  private void end(End end, StreamView followed, ResponseEvents rendered) {
    ended = true;
    Problem problem = Answers.ofResponse(end);
    if (problem != null && !begun) {
      Answers.headers(exchange, followed.task(), clock);
      exchange.problem(problem);
      return;
    }
    if (!begun) {
      Answers.labels(exchange, end.labels());
    }
    begin(followed.task(), rendered);
    exchange.response().end(rendered.end(end, TaskJson.text(followed)));
  }

  private void begin(Task task, ResponseEvents rendered) {
    if (begun) {
      return;
    }
    begun = true;
    HttpServerResponse response = exchange.response();
    response.setChunked(exchange.isHttp1());
    response.putHeader("content-type", "text/event-stream; charset=utf-8");
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-accel-buffering", "no");
    response.putHeader("x-request-id", exchange.requestId());
    Answers.headers(exchange, task, clock);
    response.writeHead();
    write(rendered.opening());
    timers.after(keepAliveMillis, this::keepAlive);
  }

  private void write(String frames) {
    if (!frames.isEmpty()) {
      blockedLooks = 0;
      sent = true;
      exchange.response().write(frames);
    }
  }

  private void fail(Problem problem, ResponseEvents rendered) {
    ended = true;
    if (!begun) {
      exchange.problem(problem);
    } else {
      // Cut short once the event has left, so that it arrives before the cut does.
      exchange.response().write(rendered.broken(problem)).onComplete(_ -> exchange.abort());
    }
    if (call != null) {
      if (resumed) {
        call.close();
      } else {
        call.clientGone();
      }
    }
  }

  /** Where nothing was said for a while, a comment; where nothing is taken, an end. */
  private void keepAlive() {
    if (ended || exchange.isGone()) {
      return;
    }
    if (!ready()) {
      if (++blockedLooks >= 2) {
        exchange.cut();
        return;
      }
    } else if (!sent) {
      // Without an empty line: some clients take a block of nothing but comments for an event.
      exchange.response().write(": ping\n");
    }
    sent = false;
    timers.after(keepAliveMillis, this::keepAlive);
  }
}
