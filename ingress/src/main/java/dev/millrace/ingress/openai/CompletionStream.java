package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.task.Task;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.kernel.Clock;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams a completion as Server-Sent Events.
 *
 * <p>The head is held back until there is something to send, so that what fails before is a plain
 * HTTP error. It is not held back for longer than a silent stream goes without a sign of life: an
 * empty chunk, which every client takes (a comment in a block of its own breaks some). What fails
 * after is told in an error chunk and then by cutting the stream short: some clients take a clean
 * end for success, whatever the chunk said.
 */
final class CompletionStream implements Call.Reader {

  static final String EVENT_IDS = "x-millrace-event-ids";
  private static final int NO_ID = -1;

  private final Exchange exchange;
  private final GenerationBody body;
  private final boolean chat;
  private final boolean eventIds;
  private final OpenStreams open;
  private final Clock clock;
  private final long keepAliveNanos;
  private @Nullable Call call;
  private @Nullable CompletionText text;
  private boolean begun;
  private boolean spoken;
  private boolean ended;
  private long lastSentNanos;
  private long blockedSinceNanos;

  CompletionStream(
      Exchange exchange,
      GenerationBody body,
      boolean chat,
      OpenStreams open,
      Clock clock,
      long keepAliveNanos) {
    this.exchange = exchange;
    this.body = body;
    this.chat = chat;
    this.open = open;
    this.clock = clock;
    this.keepAliveNanos = keepAliveNanos;
    this.lastSentNanos = clock.nanoTime();
    this.eventIds = "true".equalsIgnoreCase(exchange.header(EVENT_IDS));
  }

  void follow(Call followed) {
    call = followed;
    exchange.onGone(this::gone);
    exchange.response().drainHandler(_ -> drained());
  }

  private void gone() {
    open.remove(this);
    if (call != null) {
      call.clientGone();
    }
  }

  private void drained() {
    blockedSinceNanos = 0;
    if (call != null) {
      call.pump();
    }
  }

  @Override
  public void acknowledged(StreamView stream) {
    text = new CompletionText(stream.task(), chat, body.includeUsage);
    open.add(this);
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
    CompletionText rendered = text;
    Task task = call == null ? null : call.task();
    if (rendered == null || task == null || ended) {
      return;
    }
    switch (event) {
      case Token(var _, var more) -> {
        if (!more.isEmpty()) {
          boolean first = begin(task);
          spoken = true;
          write(frame(number, rendered.chunk(more, first)));
        }
      }
      case Notice(var code, var _) -> notice(code, task);
      case End end -> end(number, end, task, rendered);
    }
  }

  private void notice(Code code, Task task) {
    if (code == Code.RESTART && spoken) {
      fail(Answers.restarted(task));
    }
  }

  private void end(int number, End end, Task task, CompletionText rendered) {
    Problem problem = Answers.ofGeneration(end);
    if (problem != null) {
      fail(problem);
      return;
    }
    boolean first = begin(task, end);
    StringBuilder last = new StringBuilder();
    List<String> calls = chat ? ToolCalls.in(end.outputs()) : List.of();
    if (!calls.isEmpty()) {
      last.append(frame(NO_ID, rendered.callsChunk(calls, first)));
      first = false;
    }
    last.append(frame(number, rendered.lastChunk(end, first)));
    if (body.includeUsage) {
      last.append(frame(NO_ID, rendered.usageChunk(end.usage())));
    }
    ended = true;
    open.remove(this);
    exchange.response().end(last.append("data: [DONE]\n\n").toString());
  }

  private boolean begin(Task task, End end) {
    if (!begun) {
      Answers.labels(exchange, end.labels());
    }
    return begin(task);
  }

  /** Writes the head unless it was written; says whether this was the first time. */
  private boolean begin(Task task) {
    if (begun) {
      return false;
    }
    begun = true;
    HttpServerResponse response = exchange.response();
    response.setChunked(exchange.isHttp1());
    response.putHeader("content-type", "text/event-stream; charset=utf-8");
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-accel-buffering", "no");
    response.putHeader("x-request-id", exchange.requestId());
    Answers.headers(exchange, task, clock);
    return true;
  }

  private String frame(int number, String json) {
    String data = "data: " + json + "\n\n";
    return eventIds && number != NO_ID ? "id: " + number + "\n" + data : data;
  }

  private void write(String frame) {
    lastSentNanos = clock.nanoTime();
    exchange.response().write(frame);
  }

  private void fail(Problem problem) {
    ended = true;
    open.remove(this);
    if (!begun) {
      if (call != null && call.task() != null) {
        Answers.headers(exchange, call.task(), clock);
      }
      exchange.problem(problem);
    } else {
      JsonText json = new JsonText();
      OpenAiDialect.write(problem, json);
      // Cut short once the chunk has left, so that it arrives before the cut does.
      exchange.response().write(frame(NO_ID, json.toString())).onComplete(_ -> exchange.abort());
    }
    if (call != null) {
      call.clientGone();
    }
  }

  /** One look in a while: a sign of life where nothing happens, an end where nothing is taken. */
  void sweep(long nowNanos, long stuckNanos) {
    if (blockedSinceNanos != 0 && nowNanos - blockedSinceNanos > stuckNanos) {
      exchange.cut();
    } else if (!ended && nowNanos - lastSentNanos >= keepAliveNanos && ready()) {
      signOfLife();
    }
  }

  private void signOfLife() {
    Task task = call == null ? null : call.task();
    if (text != null && task != null) {
      boolean first = begin(task);
      write(frame(NO_ID, text.chunk("", first)));
    }
  }
}
