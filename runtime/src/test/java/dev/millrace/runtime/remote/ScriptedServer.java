package dev.millrace.runtime.remote;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A server on a real socket that does to each request what a test tells it to. */
final class ScriptedServer implements Closeable {

  /** What is done to one request. */
  @FunctionalInterface
  interface Script {
    void serve(Line line) throws IOException;
  }

  /** A connection, with the request at hand. */
  static final class Line {
    private final Socket socket;
    private final InputStream in;
    final OutputStream out;
    private String head = "";
    private String body = "";

    Line(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    String head() {
      return head;
    }

    String body() {
      return body;
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void chunk(String text) throws IOException {
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    void close() throws IOException {
      socket.close();
    }

    /** Waits until the other side has closed. */
    boolean closedByOther() throws IOException {
      try {
        return in.read() < 0;
      } catch (IOException reset) {
        return true;
      }
    }

    private boolean next() throws IOException {
      StringBuilder read = new StringBuilder();
      while (read.indexOf("\r\n\r\n") < 0) {
        int each = in.read();
        if (each < 0) {
          return false;
        }
        read.append((char) each);
      }
      head = read.toString();
      int at = head.toLowerCase().indexOf("content-length: ");
      int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16).split("\r\n")[0].strip());
      body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return true;
    }
  }

  private final ServerSocket server;
  private final String scheme;
  private final List<Script> scripts;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  final List<String> heads = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();

  private ScriptedServer(ServerSocket server, String scheme, List<Script> scripts) {
    this.server = server;
    this.scheme = scheme;
    this.scripts = scripts;
    Thread.ofVirtual().start(this::accept);
  }

  /** The last script serves all further requests. */
  static ScriptedServer start(Script... scripts) {
    try {
      return new ScriptedServer(
          new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), "http", List.of(scripts));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** As {@link #start}, behind TLS. */
  static ScriptedServer secured(SSLContext tls, Script... scripts) {
    try {
      ServerSocket server =
          tls.getServerSocketFactory().createServerSocket(0, 128, InetAddress.getLoopbackAddress());
      return new ScriptedServer(server, "https", List.of(scripts));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Line line = new Line(socket);
      while (line.next()) {
        heads.add(line.head());
        bodies.add(line.body());
        int number = requests.getAndIncrement();
        scripts.get(Math.min(number, scripts.size() - 1)).serve(line);
      }
    } catch (IOException gone) {
      // Most faults end a connection so.
    }
  }

  String url() {
    return scheme + "://127.0.0.1:" + server.getLocalPort() + "/v1";
  }

  int requests() {
    return requests.get();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  static final String STREAM =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

  static String delta(String text) {
    return "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
        + "{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  static String finish(String reason) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
        + reason
        + "\"}]}\n\n";
  }

  static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,"
          + "\"total_tokens\":9}}\n\n";
  static final String DONE = "data: [DONE]\n\n";

  /** A whole answer of these events, in one chunk each. */
  static Script events(String... events) {
    return line -> {
      line.write(STREAM);
      for (String event : events) {
        line.chunk(event);
      }
      line.write("0\r\n\r\n");
    };
  }

  static Script good() {
    return events(delta("Hel"), delta("lo"), finish("stop"), USAGE, DONE);
  }

  static Script status(String statusLine, String headers, String body) {
    return line ->
        line.write(
            "HTTP/1.1 "
                + statusLine
                + "\r\n"
                + headers
                + "content-length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n"
                + body);
  }
}
