package dev.millrace.verify.upstream;

import dev.millrace.verify.upstream.Reply.After;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server. As a command it listens on the loopback address and says where:
 *
 * <pre>./millrace-verify upstream [PORT [BEHAVIOUR]]</pre>
 */
public final class MockUpstream implements AutoCloseable {

  private static final int BACKLOG = 1_024;
  private static final int LARGEST_READ = 16_384;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong abandoned = new AtomicLong();
  private volatile String authorization = "";

  private final String usual;

  private MockUpstream(ServerSocket server, String usual) {
    this.server = server;
    this.usual = usual;
  }

  /**
   * @param port 0 for any
   */
  public static MockUpstream start(int port) throws IOException {
    return start(port, "");
  }

  /**
   * @param port 0 for any
   * @param usual how models that ask for nothing answer, such as {@code tokens=4&interval_ms=5}
   */
  static MockUpstream start(int port, String usual) throws IOException {
    Behaviour.of("mock?" + usual);
    ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
    MockUpstream upstream = new MockUpstream(server, usual);
    Thread.ofPlatform().name("mock-upstream").daemon(false).start(upstream::accept);
    return upstream;
  }

  public static void main(String[] arguments) throws IOException {
    int port = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
    MockUpstream upstream = start(port, arguments.length < 2 ? "" : arguments[1]);
    System.out.println("upstream " + upstream.url());
  }

  /** The base address, as clients take it. */
  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
  }

  public long requests() {
    return requests.get();
  }

  /** Answers of which the last byte was taken. */
  public long answered() {
    return answered.get();
  }

  /** Connections that the other side closed while an answer was on its way. */
  public long abandoned() {
    return abandoned.get();
  }

  /** The header of the newest request; empty when it had none. */
  public String authorization() {
    return authorization;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), LARGEST_READ);
      OutputStream out = socket.getOutputStream();
      for (Request request; (request = Request.read(in)) != null; ) {
        requests.incrementAndGet();
        authorization = request.authorization();
        if (!goesOn(answer(request, out), socket, in)) {
          return;
        }
      }
    } catch (IOException gone) {
      abandoned.incrementAndGet();
    } finally {
      open.remove(socket);
    }
  }

  private After answer(Request request, OutputStream out) throws IOException {
    if (request.line().startsWith("GET ")) {
      String body = "{\"object\":\"list\",\"data\":[{\"id\":\"mock\",\"object\":\"model\"}]}";
      String head =
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n";
      out.write((head + body).getBytes(StandardCharsets.US_ASCII));
      return After.KEEP;
    }
    String model = request.model();
    Behaviour behaviour = Behaviour.of(model.contains("?") ? model : model + "?" + usual);
    return new Reply(out, request, behaviour).write();
  }

  private boolean goesOn(After after, Socket socket, InputStream in) throws IOException {
    switch (after) {
      case KEEP -> {
        answered.incrementAndGet();
        return true;
      }
      case CLOSE -> {}
      case RESET -> socket.setSoLinger(true, 0);
      case HANG -> {
        // Until the other side has had enough of it.
        if (in.read() < 0) {
          abandoned.incrementAndGet();
        }
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
