package dev.millrace.ingress.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.ClientFrame;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes in, messages out, wherever the network cuts. */
class FrameReaderTest {

  private static final int LIMIT = 200_000;

  private final List<String> told = new ArrayList<>();
  private final FrameReader reader = new FrameReader(LIMIT, new Notes(told));

  private record Notes(List<String> told) implements FrameReader.Outcome {

    @Override
    public void message(byte[] utf8) {
      told.add("message " + new String(utf8, StandardCharsets.UTF_8));
    }

    @Override
    public void ping(byte[] payload) {
      told.add("ping " + HexFormat.of().formatHex(payload));
    }

    @Override
    public void pong() {
      told.add("pong");
    }

    @Override
    public void goodbye(int status) {
      told.add("goodbye " + status);
    }

    @Override
    public void broken(int status, String reason) {
      told.add("broken " + status);
    }
  }

  private static List<String> read(byte[] bytes, int... cuts) {
    List<String> told = new ArrayList<>();
    FrameReader reader = new FrameReader(LIMIT, new Notes(told));
    int from = 0;
    for (int cut : cuts) {
      reader.read(Unpooled.wrappedBuffer(bytes, from, cut - from));
      from = cut;
    }
    reader.read(Unpooled.wrappedBuffer(bytes, from, bytes.length - from));
    return told;
  }

  private void read(String hex) {
    reader.read(Unpooled.wrappedBuffer(HexFormat.ofDelimiter(" ").parseHex(hex)));
  }

  private static byte[] together(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** A message in fragments with a ping between them, a long one, an empty one, a goodbye. */
  private static byte[] conversation() {
    byte[] word = "grüße 😀!".getBytes(StandardCharsets.UTF_8);
    return together(
        ClientFrame.of(Opcode.TEXT, false, Arrays.copyOf(word, 4), 0xA1B2C3D4),
        ClientFrame.of(Opcode.PING, true, new byte[] {7, 8, 9}, 0x01020304),
        ClientFrame.of(Opcode.CONTINUATION, false, new byte[0], 0x55),
        ClientFrame.of(
            Opcode.CONTINUATION, true, Arrays.copyOfRange(word, 4, word.length), 0x80FF7F00),
        ClientFrame.of(Opcode.PONG, true, new byte[] {1}, 0x11223344),
        ClientFrame.text("x".repeat(130), 0xDEADBEEF),
        ClientFrame.text("", 0x0BADCAFE),
        ClientFrame.of(Opcode.CLOSE, true, new byte[] {3, (byte) 0xE9, 'o', 'k'}, 0x12345678));
  }

  private static final List<String> SAID =
      List.of(
          "ping 070809",
          "message grüße 😀!",
          "pong",
          "message " + "x".repeat(130),
          "message ",
          "goodbye 1001");

  @Test
  void frames_in_one_read_are_taken_in_order() {
    assertThat(read(conversation())).isEqualTo(SAID);
  }

  @Test
  void a_cut_at_any_byte_changes_nothing() {
    byte[] bytes = conversation();
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(read(bytes, cut)).as("cut at %d", cut).isEqualTo(SAID);
    }
  }

  @Test
  void every_byte_may_come_alone() {
    byte[] bytes = conversation();
    int[] cuts = new int[bytes.length];
    Arrays.setAll(cuts, i -> i);
    assertThat(read(bytes, cuts)).isEqualTo(SAID);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void any_messages_in_any_pieces_come_back(long seed) {
    Random random = new Random(seed);
    List<String> said = new ArrayList<>();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      byte[] text =
          ("é" + "ab".repeat(random.nextInt(1 << random.nextInt(16))))
              .getBytes(StandardCharsets.UTF_8);
      said.add("message " + new String(text, StandardCharsets.UTF_8));
      int opcode = Opcode.TEXT;
      int from = 0;
      for (int parts = random.nextInt(4); parts > 0; parts--) {
        int to = from + random.nextInt(text.length - from + 1);
        byte[] part = Arrays.copyOfRange(text, from, to);
        sent.writeBytes(ClientFrame.of(opcode, false, part, random.nextInt()));
        opcode = Opcode.CONTINUATION;
        from = to;
      }
      byte[] rest = Arrays.copyOfRange(text, from, text.length);
      sent.writeBytes(ClientFrame.of(opcode, true, rest, random.nextInt()));
    }
    byte[] bytes = sent.toByteArray();
    int[] cuts = random.ints(40, 0, bytes.length).sorted().toArray();
    assertThat(read(bytes, cuts)).isEqualTo(said);
  }

  @Test
  void a_message_may_be_as_long_as_the_limit_and_no_longer() {
    assertThat(read(ClientFrame.text("x".repeat(LIMIT), 5))).hasSize(1);
    assertThat(read(ClientFrame.text("x".repeat(LIMIT + 1), 5))).containsExactly("broken 1009");
    byte[] half = "x".repeat(LIMIT / 2 + 1).getBytes(StandardCharsets.UTF_8);
    assertThat(
            read(
                together(
                    ClientFrame.of(Opcode.TEXT, false, half, 5),
                    ClientFrame.of(Opcode.CONTINUATION, true, half, 5))))
        .containsExactly("broken 1009");
  }

  @ParameterizedTest
  @CsvSource({
    "'81 05', 1002", // no mask
    "'81 7e', 1002",
    "'91 80', 1002", // a reserved bit
    "'a1 80', 1002",
    "'c1 80', 1002",
    "'83 80', 1002", // kinds that do not exist
    "'87 80', 1002",
    "'8b 80', 1002",
    "'8f 80', 1002",
    "'80 80', 1002", // a continuation of nothing
    "'00 80', 1002",
    "'09 80', 1002", // control frames in fragments
    "'08 80', 1002",
    "'89 fe', 1002", // control frames too long
    "'8a ff', 1002",
    "'01 80 00 00 00 00 81 80', 1002", // a message within a message
    "'81 fe 00 7d', 1002", // lengths written longer than they need
    "'81 ff 00 00 00 00 00 00 ff ff', 1002",
    "'81 ff 80 00 00 00 00 00 00 00', 1002", // a length below zero
    "'81 ff 7f ff ff ff ff ff ff ff', 1009",
    "'82 80', 1003", // binary
    "'02 80', 1003",
    "'81 81 00 00 00 00 ff', 1007",
    "'88 81 00 00 00 00 03', 1002", // goodbyes: half a status, and statuses that are none
    "'88 82 00 00 00 00 00 00', 1002",
    "'88 82 00 00 00 00 03 e7', 1002",
    "'88 82 00 00 00 00 03 ec', 1002",
    "'88 82 00 00 00 00 03 ed', 1002",
    "'88 82 00 00 00 00 03 ee', 1002",
    "'88 82 00 00 00 00 03 f7', 1002",
    "'88 82 00 00 00 00 0b b7', 1002",
    "'88 82 00 00 00 00 13 88', 1002",
    "'88 83 00 00 00 00 03 e8 ff', 1007",
  })
  void each_fault_has_its_status_and_ends_the_reading(String hex, int status) {
    read(hex);
    read("81 80 00 00 00 00 89 80 00 00 00 00");
    assertThat(told).containsExactly("broken " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "'88 80 00 00 00 00', 1005",
    "'88 82 00 00 00 00 03 e8', 1000",
    "'88 82 00 00 00 00 03 f6', 1014",
    "'88 82 00 00 00 00 0b b8', 3000",
    "'88 84 00 00 00 00 13 87 c3 bc', 4999",
  })
  void a_goodbye_brings_its_status_and_is_the_last(String hex, int status) {
    read(hex);
    read("81 80 00 00 00 00");
    assertThat(told).containsExactly("goodbye " + status);
  }

  @Test
  void fragments_of_a_byte_cost_what_a_message_costs() {
    int limit = 1 << 20;
    FrameReader patient = new FrameReader(limit, new Notes(told));
    byte[] first = ClientFrame.of(Opcode.TEXT, false, new byte[] {' '}, 7);
    byte[] next = ClientFrame.of(Opcode.CONTINUATION, false, new byte[] {' '}, 7);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    patient.read(Unpooled.wrappedBuffer(first));
    for (int i = 2; i < 16_384; i++) {
      patient.read(Unpooled.wrappedBuffer(next));
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // The buffers of this test are most of it. Copied again at each fragment it would be 134 MB.
    assertThat(allocated).isLessThan(8 << 20);
    patient.read(Unpooled.wrappedBuffer(next));
    assertThat(told).containsExactly("broken " + CloseStatus.TOO_BIG);
  }
}
