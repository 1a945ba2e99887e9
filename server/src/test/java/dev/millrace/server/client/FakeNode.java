package dev.millrace.server.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A node as client verbs see it: answers what it was told to, and remembers what it was asked. */
final class FakeNode implements AutoCloseable {

  /**
   * @param cut whether the line breaks after the body, where more was promised
   */
  private record Answer(int status, String body, boolean cut) {}

  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private String lastKey = "";

  FakeNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next answer to {@code METHOD path?query}. */
  FakeNode answer(String call, int status, String body) {
    return queue(call, new Answer(status, body, false));
  }

  /** An answer that breaks off after this much. */
  FakeNode cut(String call, String body) {
    return queue(call, new Answer(200, body, true));
  }

  private FakeNode queue(String call, Answer answer) {
    answers.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(answer);
    return this;
  }

  /** Each call so far: the method, the path with its query, the body. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  synchronized String lastKey() {
    return lastKey;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    synchronized (this) {
      asked.add((call + " " + body).strip());
      lastKey = exchange.getRequestHeaders().getFirst("authorization");
    }
    Deque<Answer> waiting = answers.getOrDefault(call, new ArrayDeque<>());
    Answer answer = waiting.isEmpty() ? new Answer(404, "{}", false) : waiting.poll();
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.status() == 429) {
      exchange.getResponseHeaders().add("retry-after", "2");
    }
    exchange.sendResponseHeaders(answer.status(), answer.cut() ? bytes.length + 100 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
