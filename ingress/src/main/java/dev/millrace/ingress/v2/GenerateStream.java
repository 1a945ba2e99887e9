package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.kernel.Clock;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Streams a {@code generate_stream} as Server-Sent Events: each adds text, the last one has the
 * reason of the end. What fails before the first is a plain error; what fails after it is told in
 * an event of its own and then by cutting the stream short, so that nobody takes it for whole.
 */
final class GenerateStream implements Call.Reader {

  private final Exchange exchange;
  private final InferRequest request;
  private final Set<GenerateStream> open;
  private final Clock clock;
  private final JsonText json = new JsonText();
  private @Nullable Call call;
  private boolean begun;
  private boolean ended;
  private long blockedSinceNanos;

  /**
   * @param open holds this while it streams
   */
  GenerateStream(Exchange exchange, InferRequest request, Set<GenerateStream> open, Clock clock) {
    this.exchange = exchange;
    this.request = request;
    this.open = open;
    this.clock = clock;
  }

  void follow(Call followed) {
    call = followed;
    exchange.onGone(this::gone);
    exchange
        .response()
        .drainHandler(
            _ -> {
              blockedSinceNanos = 0;
              followed.pump();
            });
  }

  private void gone() {
    open.remove(this);
    if (call != null) {
      call.clientGone();
    }
  }

  @Override
  public void acknowledged(StreamView stream) {
    GenerateAnswer.headers(exchange, stream.task());
  }

  @Override
  public void refused(Problem problem) {
    exchange.problem(problem);
  }

  @Override
  public boolean ready() {
    if (!exchange.response().writeQueueFull()) {
      return true;
    }
    if (blockedSinceNanos == 0) {
      blockedSinceNanos = clock.nanoTime();
    }
    return false;
  }

  @Override
  public void event(int number, StreamEvent event) {
    if (ended) {
      return;
    }
    switch (event) {
      case Token(var _, var more) -> {
        if (!more.isEmpty()) {
          begin();
          exchange.response().write(frame(GenerateAnswer.write(request, more, null, json)));
        }
      }
      case Notice(var code, var _) -> notice(code);
      case End end -> end(end);
    }
  }

  private void notice(Code code) {
    if (code == Code.RESTART && begun) {
      fail(
          Problem.of(
              ErrorCode.RUNTIME_FAILED,
              "the answer began anew, which this stream cannot say; the task goes on"));
    }
  }

  private void end(End end) {
    Problem problem = InferOutcome.problem(end);
    if (problem != null) {
      fail(problem);
      return;
    }
    begin();
    ended = true;
    open.remove(this);
    String reason = end.finishReason() == null ? "stop" : end.finishReason();
    exchange.response().end(frame(GenerateAnswer.write(request, "", reason, json)));
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    open.add(this);
    HttpServerResponse response = exchange.response();
    response.setChunked(exchange.isHttp1());
    response.putHeader("content-type", "text/event-stream; charset=utf-8");
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-accel-buffering", "no");
    response.putHeader("x-request-id", exchange.requestId());
  }

  private void fail(Problem problem) {
    ended = true;
    open.remove(this);
    if (begun) {
      json.clear().beginObject().field("error", problem.message()).endObject();
      // Cut short once the words have left, so that they arrive before the cut does.
      exchange.response().write(frame(json)).onComplete(_ -> exchange.abort());
    } else {
      exchange.problem(problem);
    }
    if (call != null) {
      call.clientGone();
    }
  }

  private static String frame(JsonText json) {
    return "data: " + json + "\n\n";
  }

  /** Cuts off a client that has taken nothing for so long. */
  void sweep(long nowNanos, long stuckNanos) {
    if (blockedSinceNanos != 0 && nowNanos - blockedSinceNanos > stuckNanos) {
      exchange.cut();
    }
  }
}
