package dev.millrace.verify.upstream;

import dev.millrace.verify.upstream.Behaviour.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Writes one answer, with its pace and its fault. One use. */
final class Reply {

  private static final String STREAM =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

  private final OutputStream out;
  private final Request request;
  private final Behaviour behaviour;
  private final boolean chat;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream(4_096);

  Reply(OutputStream out, Request request, Behaviour behaviour) {
    this.out = out;
    this.request = request;
    this.behaviour = behaviour;
    this.chat = request.asks("/chat/completions");
  }

  /** How the connection goes on. */
  enum After {
    KEEP,
    CLOSE,
    RESET,
    HANG
  }

  After write() throws IOException {
    if (behaviour.fault() == Fault.STATUS) {
      return status();
    }
    if (request.asks("/embeddings")) {
      return whole(vectors());
    }
    int all = behaviour.tokens() < 0 ? request.maxTokens() : behaviour.tokens();
    if (behaviour.calls() > 0) {
      return calls();
    }
    return request.streams() ? stream(all) : whole(completion(all));
  }

  private After status() throws IOException {
    String retry =
        behaviour.retryAfter() < 0 ? "" : "retry-after: " + behaviour.retryAfter() + "\r\n";
    String body = "{\"error\":{\"message\":\"as asked\",\"code\":" + behaviour.status() + "}}";
    put(
        "HTTP/1.1 "
            + behaviour.status()
            + " As Asked\r\ncontent-type: application/json\r\n"
            + retry
            + "content-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    flush();
    return After.KEEP;
  }

  private After whole(String body) throws IOException {
    put(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    flush();
    return After.KEEP;
  }

  private String vectors() {
    StringBuilder body = new StringBuilder("{\"object\":\"list\",\"data\":[");
    for (int i = 0; i < request.texts(); i++) {
      body.append(i == 0 ? "" : ",");
      body.append("{\"object\":\"embedding\",\"index\":").append(i);
      body.append(",\"embedding\":[").append(i).append(".5,-1,0.25,3]}");
    }
    int tokens = request.texts() * 3;
    return body.append("],\"usage\":{\"prompt_tokens\":").append(tokens).append("}}").toString();
  }

  private String completion(int all) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < all; i++) {
      text.append(word(i));
    }
    String inner =
        chat
            ? "\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"}"
            : "\"text\":\"" + text + "\"";
    return "{\"choices\":[{\"index\":0,"
        + inner
        + ",\"finish_reason\":\"stop\"}],"
        + usage(all)
        + "}";
  }

  private static String word(int i) {
    return " w" + i;
  }

  private static String usage(int tokens) {
    return "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":" + tokens + "}";
  }

  private After stream(int all) throws IOException {
    put(STREAM);
    rest(behaviour.firstMillis());
    int before = behaviour.before(all);
    for (int i = 0; i < before; i++) {
      if (i > 0) {
        rest(behaviour.intervalMillis());
      }
      event(choice(word(i), "null"));
    }
    return switch (behaviour.fault()) {
      case CUT -> after(After.CLOSE);
      case RESET -> after(After.RESET);
      case SILENT -> after(After.HANG);
      case UNFINISHED -> end();
      case ERROR -> {
        event("{\"error\":{\"message\":\"as asked\",\"code\":500}}");
        yield end();
      }
      case MALFORMED -> {
        event("{\"choices\":[");
        yield end();
      }
      case NONE, UNSIGNED, STATUS -> finish(all);
    };
  }

  /** Calls of one tool, each in two pieces as such servers send them. */
  private After calls() throws IOException {
    put(STREAM);
    for (int i = 0; i < behaviour.calls(); i++) {
      String first = "\"id\":\"call_" + i + "\",\"type\":\"function\",";
      event(call("{\"index\":" + i + "," + first + "\"function\":{\"name\":\"tool\"}}"));
      event(call("{\"index\":" + i + ",\"function\":{\"arguments\":\"{}\"}}"));
    }
    return finish("tool_calls", behaviour.calls());
  }

  private static String call(String delta) {
    return "{\"object\":\"chunk\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
        + delta
        + "]},\"finish_reason\":null}]}";
  }

  private After finish(int all) throws IOException {
    return finish(all < request.maxTokens() ? "stop" : "length", all);
  }

  private After finish(String reason, int all) throws IOException {
    event(choice("", "\"" + reason + "\""));
    if (behaviour.usage()) {
      event("{\"choices\":[]," + usage(all) + "}");
    }
    if (behaviour.fault() != Fault.UNSIGNED) {
      event("[DONE]");
    }
    return end();
  }

  private String choice(String text, String reason) {
    String inner = chat ? "\"delta\":{\"content\":\"" + text + "\"}" : "\"text\":\"" + text + "\"";
    return "{\"object\":\"chunk\",\"choices\":[{\"index\":0,"
        + inner
        + ",\"finish_reason\":"
        + reason
        + "}]}";
  }

  private void event(String data) {
    String event = "data: " + data + "\n\n";
    put(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
  }

  private After end() throws IOException {
    put("0\r\n\r\n");
    return after(After.KEEP);
  }

  private After after(After after) throws IOException {
    flush();
    return after;
  }

  /** What is due together leaves together. */
  private void rest(int millis) throws IOException {
    if (millis > 0) {
      flush();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void put(String text) {
    gathered.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void flush() throws IOException {
    gathered.writeTo(out);
    out.flush();
    gathered.reset();
  }
}
