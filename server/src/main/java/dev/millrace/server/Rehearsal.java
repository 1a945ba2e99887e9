package dev.millrace.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.server.node.Node;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One whole start with its first calls, for the launcher: it runs once after a build, so that the
 * JVM notes which classes a start needs and the next ones find them parsed and linked.
 *
 * <p>The client is a plain socket: what a client library loads, no node needs.
 */
final class Rehearsal {

  /** Free ports, a folder that is thrown away, and nothing that lasts. */
  static final Map<String, String> OVERRIDES =
      Map.of(
          "http.port", "0",
          "http.operator_port", "0",
          "models.simulated", "true",
          "node.drain", "0ms");

  private static final int LONGEST_MILLIS = 30_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final byte TEXT = (byte) 0x81;
  private static final byte CLOSE = (byte) 0x88;
  private static final byte MASKED = (byte) 0x80;

  private final String key;
  private final int port;

  private Rehearsal(String key, int port) {
    this.key = key;
    this.port = port;
  }

  /** What the node keeps meanwhile; to be deleted by {@link #forget}. */
  static Path folder() throws IOException {
    return Files.createTempDirectory("millrace-rehearsal-");
  }

  /**
   * Makes a call of each common kind.
   *
   * @throws IOException when one is not answered as it should be
   */
  static void run(Node node, String key) throws IOException {
    Rehearsal rehearsal = new Rehearsal(key, node.port());
    if (node.snapshot().deployment("tale-1.1m") != null) {
      String prompt = "{\"model\":\"tale-1.1m\",\"prompt\":\"One day\",\"max_tokens\":4}";
      rehearsal.post("/v1/completions", prompt);
    }
    rehearsal.post("/v1/tasks", "{\"model\":\"sim\",\"input\":{\"tokens\":2}}");
    rehearsal.submitOnSocket();
    new Rehearsal(key, node.operatorPort()).call("GET /metrics", List.of(), new byte[0]);
  }

  private void post(String path, String body) throws IOException {
    byte[] utf8 = body.getBytes(UTF_8);
    call("POST " + path, List.of("prefer: wait=20", "content-length: " + utf8.length), utf8);
  }

  private void call(String what, List<String> headers, byte[] body) throws IOException {
    List<String> all = new ArrayList<>(headers);
    all.add("connection: close");
    exchange(what, all, body, "HTTP/1.1 200 ", new byte[0]);
  }

  private void submitOnSocket() throws IOException {
    List<String> upgrade =
        List.of(
            "connection: Upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==");
    byte[] submit = "{\"op\":\"submit\",\"ref\":\"1\",\"model\":\"sim\"}".getBytes(UTF_8);
    byte[] bye = {CLOSE, MASKED, 0, 0, 0, 0};
    ByteBuffer frames = ByteBuffer.allocate(6 + submit.length + bye.length);
    // A mask of zeros changes nothing, and one is required.
    frames.put(TEXT).put((byte) (MASKED | submit.length)).putInt(0).put(submit).put(bye);
    exchange("GET /v1/ws", upgrade, new byte[0], "HTTP/1.1 101 ", frames.array());
  }

  /** Sends a request, and what comes after the answer's head; reads to the end. */
  private void exchange(
      String what, List<String> headers, byte[] body, String expected, byte[] after)
      throws IOException {
    List<String> head = new ArrayList<>();
    head.add(what + " HTTP/1.1");
    head.add("host: localhost");
    head.add("authorization: Bearer " + key);
    head.addAll(headers);
    String text = String.join("\r\n", head) + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(LONGEST_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(UTF_8));
      out.write(body);
      out.flush();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String found = head(in);
      if (!found.startsWith(expected)) {
        String first = found.lines().findFirst().orElse("nothing");
        throw new IOException(what + ": " + first + " (expected: " + expected + ")");
      }
      out.write(after);
      out.flush();
      in.readNBytes(MOST_BYTES);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0 && head.length() < MOST_BYTES; next = in.read()) {
      head.append((char) next);
      if (next == '\n' && head.indexOf("\r\n\r\n") >= 0) {
        break;
      }
    }
    return head.toString();
  }

  /** Deletes what the node kept. */
  static void forget(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
