package dev.millrace.verify.scenario;

import static dev.millrace.verify.scenario.HostileSocket.KEY;
import static dev.millrace.verify.scenario.HostileSocket.ascii;
import static dev.millrace.verify.scenario.HostileSocket.http2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A whole node under one attack after the other: each is answered as documented, the live heap is
 * what it was, and the honest are served. The single cases are tested in {@code ingress}.
 */
@ExtendWith(SharedNode.class)
class AttackedNodeTest {

  private static final String GOOD =
      "{\"model\":\"card_fraud_light_lr\",\"input\":{\"features\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}";
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final Pattern TOTAL = Pattern.compile("Total +[0-9]+ +([0-9]+)");

  /** What the live heap may differ by from one look to the next. */
  private static final long FLAT = 24L << 20;

  @FunctionalInterface
  private interface Attack {
    void run(NodeProcess node) throws Exception;
  }

  @Test
  void every_attack_is_answered_the_heap_stays_flat_and_the_honest_are_served(NodeProcess node)
      throws Exception {
    long worker = node.worker().pid();
    List<Attack> attacks =
        List.of(
            AttackedNodeTest::rapidReset,
            AttackedNodeTest::pings,
            AttackedNodeTest::continuations,
            AttackedNodeTest::tinyChunks,
            AttackedNodeTest::gzipBombs,
            AttackedNodeTest::fragments,
            AttackedNodeTest::deepJson);
    try (NodeClient honest = new NodeClient(node)) {
      play(node, attacks, honest); // once, so that what is only made once is there
      long before = liveHeap(node);
      play(node, attacks, honest);
      long grown = liveHeap(node) - before;
      System.out.println(
          "live heap after " + attacks.size() + " attacks: " + grown + " bytes more");
      assertThat(grown).isLessThan(FLAT);
    }
    assertThat(node.worker().pid()).isEqualTo(worker);
  }

  private static void play(NodeProcess node, List<Attack> attacks, NodeClient honest)
      throws Exception {
    for (Attack attack : attacks) {
      attack.run(node);
      NodeClient.Answer answer = honest.post("/v1/tasks", GOOD, "prefer", "wait=20");
      assertThat(answer.json().path("state").asString("")).as(answer.body()).isEqualTo("succeeded");
    }
  }

  /** Bytes that are reachable, after a collection. */
  private static long liveHeap(NodeProcess node) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(node.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String told = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher total = TOTAL.matcher(told);
    assertThat(total.find()).as(told).isTrue();
    return Long.parseLong(total.group(1));
  }

  /** A literal header that is not indexed (RFC 7541, 6.2.2), of less than 127 bytes. */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String each : List.of(name, value)) {
      block.write(each.length());
      block.writeBytes(ascii(each));
    }
  }

  private static byte[] post(String path) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "authorization", "Bearer " + NodeProcess.KEY);
    return block.toByteArray();
  }

  /** Sends one frame after the other, a hundred at once, until the node hangs up. */
  private static void flood(NodeProcess node, byte[] first, Frames frames) throws IOException {
    try (HostileSocket socket = new HostileSocket(node)) {
      socket.send(HostileSocket.preface());
      socket.send(first);
      for (int i = 0; i < 2_000; i++) {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        for (int j = 0; j < 100; j++) {
          some.writeBytes(frames.frame(200 * i + 2 * j + 1));
        }
        if (!socket.send(some.toByteArray())) {
          break;
        }
      }
      String said = socket.readToTheEnd();
      // A GOAWAY of 8 bytes: its type, then the reason at its end. A reset may overtake it.
      Matcher goaway =
          Pattern.compile("\0\0\10\7\0\0{4}.{4}\0\0\0(.)", Pattern.DOTALL).matcher(said);
      if (goaway.find()) {
        assertThat((int) goaway.group(1).charAt(0)).isEqualTo(ENHANCE_YOUR_CALM);
      }
    }
  }

  @FunctionalInterface
  private interface Frames {
    byte[] frame(int stream);
  }

  private static void rapidReset(NodeProcess node) throws IOException {
    byte[] head = post("/v1/completions");
    flood(
        node,
        new byte[0],
        stream -> {
          ByteArrayOutputStream both = new ByteArrayOutputStream();
          both.writeBytes(http2(HEADERS, 4, stream, head));
          both.writeBytes(http2(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
          return both.toByteArray();
        });
  }

  private static void pings(NodeProcess node) throws IOException {
    byte[] ping = http2(PING, 0, 0, new byte[8]);
    flood(node, new byte[0], _ -> ping);
  }

  private static void continuations(NodeProcess node) throws IOException {
    byte[] nothing = http2(CONTINUATION, 0, 1, new byte[0]);
    flood(node, http2(HEADERS, 0, 1, post("/v1/tasks")), _ -> nothing);
  }

  /** Three million chunks of a byte are a body of 3 MB. */
  private static void tinyChunks(NodeProcess node) throws IOException {
    byte[] chunks = ascii("1\r\n \r\n".repeat(30_000));
    try (HostileSocket socket = new HostileSocket(node)) {
      socket.send(
          "POST /v1/tasks HTTP/1.1\r\nhost: x\r\n" + KEY + "transfer-encoding: chunked\r\n\r\n");
      for (int i = 0; i < 100; i++) {
        assertThat(socket.send(chunks)).isTrue();
      }
      socket.send("2\r\n{}\r\n0\r\n\r\n");
      assertThat(socket.read(12)).startsWith("HTTP/1.1 400");
    }
  }

  private static void gzipBombs(NodeProcess node) throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        out.write(zeros);
      }
    }
    for (int i = 0; i < 20; i++) {
      try (HostileSocket socket = new HostileSocket(node)) {
        socket.send(
            "POST /v2/models/card_fraud_light_lr/infer HTTP/1.1\r\nhost: x\r\n"
                + KEY
                + "content-encoding: gzip\r\ncontent-length: "
                + bomb.size()
                + "\r\n\r\n");
        socket.send(bomb.toByteArray());
        assertThat(socket.read(12)).startsWith("HTTP/1.1 413");
      }
    }
  }

  private static void fragments(NodeProcess node) throws IOException {
    try (HostileSocket socket = new HostileSocket(node)) {
      socket.send(
          "GET /v1/ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
              + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
              + KEY
              + "\r\n");
      assertThat(socket.read(12)).startsWith("HTTP/1.1 101");
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(new byte[] {1, (byte) 0x80, 0, 0, 0, 0});
      byte[] fragment = new byte[6 + 100];
      fragment[1] = (byte) (0x80 | 100);
      for (int i = 0; i < 20_000; i++) {
        all.writeBytes(fragment);
      }
      socket.send(all.toByteArray());
      // A goodbye with 1009.
      assertThat(socket.read(4)).contains("\u0003\u00f1");
    }
  }

  private static void deepJson(NodeProcess node) throws IOException {
    String body = "{\"model\":\"sim\",\"input\":" + "{\"a\":".repeat(1_000_000);
    try (HostileSocket socket = new HostileSocket(node)) {
      socket.send(
          "POST /v1/tasks HTTP/1.1\r\nhost: x\r\n"
              + KEY
              + "content-length: "
              + body.length()
              + "\r\n\r\n");
      socket.send(body);
      assertThat(socket.read(12)).startsWith("HTTP/1.1 400");
    }
  }
}
