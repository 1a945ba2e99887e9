package dev.millrace.verify.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.verify.node.Assets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Serves a browser its pages, from the clients' folder and from handlers, on loopback. */
final class PageServer implements AutoCloseable {

  private static final Map<String, String> TYPES =
      Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8");

  private final Path pages = Assets.home().resolve("verify/src/test/clients/browser");
  private final Map<String, UnaryOperator<String>> handlers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  PageServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Of its pages, as browsers send it. */
  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What a request for the path is answered with, given its body. */
  void on(String path, UnaryOperator<String> handler) {
    handlers.put(path, handler);
  }

  /** Takes what is told to the path. */
  void take(String path, Consumer<String> taker) {
    on(
        path,
        body -> {
          taker.accept(body);
          return "{}";
        });
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      UnaryOperator<String> handler = handlers.get(path);
      Path page = pages.resolve(path.substring(1)).normalize();
      if (handler != null) {
        send(exchange, 200, path, handler.apply(body));
      } else if (page.startsWith(pages) && Files.isRegularFile(page)) {
        send(exchange, 200, path, Files.readString(page));
      } else {
        send(exchange, 404, path, "");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String path, String text)
      throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    String suffix = path.substring(path.lastIndexOf('.') + 1);
    String type = TYPES.getOrDefault(suffix, "application/json");
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, utf8.length == 0 ? -1 : utf8.length);
    exchange.getResponseBody().write(utf8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
