package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bytes of format 1, checked in: a change that alters them breaks journals that people have. A
 * new format gets files of its own beside these, and these must still be read.
 */
class GoldenBytesTest {

  private static final BlobDigest BLOB = new BlobDigest(1, 2, 3, 4);
  private static final long POSITION = 7L << 32 | 64;

  private final JournalWorld world = new JournalWorld();
  private final Task task = world.task(7, "tasks", Durability.FSYNC, "key-1", "{\"seed\":1}");
  private final AcceptedRecord.Keys keys =
      new AcceptedRecord.Keys(Fingerprint.ofKey(7, "tasks", "key-1"), Fingerprint.ofMeaning(task));

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("format-1/" + name + ".hex")) {
      assertThat(in).as(name).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  private static void assertGolden(String name, byte[] bytes) throws IOException {
    assertThat(hex(bytes)).as(name).isEqualTo(hex(golden(name)));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).replaceAll("(.{64})", "$1\n");
  }

  private static ByteSink sink() {
    return new ByteSink(64);
  }

  @Test
  void an_accepted_record_with_its_key_and_its_input() throws IOException {
    ByteSink sink = sink();
    AcceptedRecord.write(sink, task, keys, null);
    assertGolden("accepted", sink.toByteArray());

    AcceptedRecord read = AcceptedRecord.read(new ByteSource(golden("accepted")), 7, world.clock);
    assertThat(read.head()).usingRecursiveComparison().ignoringFields("stamps").isEqualTo(task);
    assertThat(read.keys()).isEqualTo(keys);
    assertThat(read.blob()).isNull();
  }

  @Test
  void an_accepted_record_whose_input_lies_in_a_blob() throws IOException {
    ByteSink sink = sink();
    AcceptedRecord.write(sink, task, null, BLOB);
    assertGolden("accepted-blob", sink.toByteArray());

    AcceptedRecord read =
        AcceptedRecord.read(new ByteSource(golden("accepted-blob")), 7, world.clock);
    assertThat(read.blob()).isEqualTo(BLOB);
    assertThat(read.keys()).isNull();
    assertThat(read.head().id()).isEqualTo(task.id());
  }

  @Test
  void an_event_record() throws IOException {
    ByteSink sink = sink();
    EventRecord.write(sink, task.id(), 3, new Token(258, "añb"));
    assertGolden("event", sink.toByteArray());

    assertThat(EventRecord.read(new ByteSource(golden("event"))))
        .isEqualTo(new EventRecord(task.id(), 3));
  }

  @Test
  void an_end_record_with_its_transcript_or_a_blob() throws IOException {
    EndRecord inline = new EndRecord(task.id(), 2, 1_767_225_600_123L, null);
    ByteSink sink = sink();
    EndRecord.write(sink, inline, new byte[] {1, 2, 3});
    assertGolden("end", sink.toByteArray());
    ByteSource source = new ByteSource(golden("end"));
    assertThat(EndRecord.read(source)).isEqualTo(inline);
    assertThat(source.getRaw(source.remaining())).containsExactly(1, 2, 3);

    EndRecord blob = new EndRecord(task.id(), 2, 1_767_225_600_123L, BLOB);
    EndRecord.write(sink.clear(), blob, new byte[0]);
    assertGolden("end-blob", sink.toByteArray());
    assertThat(EndRecord.read(new ByteSource(golden("end-blob")))).isEqualTo(blob);
  }

  private JournalState state() throws JournalDamagedException {
    JournalState state = new JournalState(world.clock, (key, id, accepted, at) -> {});
    ByteSink sink = sink();
    AcceptedRecord.write(sink, task, keys, null);
    state.visit(64, RecordType.ACCEPTED, 7, 0, ByteBuffer.wrap(sink.toByteArray()));
    EventRecord.write(sink.clear(), task.id(), 0, new Token(5, "hello"));
    state.visit(300, RecordType.EVENT, 7, 0, ByteBuffer.wrap(sink.toByteArray()));
    state.restoreEnded(new TaskId(11, 12, false), 200, 1_767_225_600_456L);
    state.restore(new JournalState.Mark(32, 1_767_225_600_000L));
    return state;
  }

  private List<Claim> claims() {
    Claim claim = new Claim(keys, task.id(), task.acceptedWallMillis(), 0).settledAt(64);
    return List.of(claim);
  }

  @Test
  void a_snapshot_of_the_state() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateFile.write(out, state(), claims());
    assertGolden("state", out.toByteArray());

    JournalState read = new JournalState(world.clock, (key, id, accepted, at) -> {});
    List<Object> found = new ArrayList<>();
    StateFile.read(
        new ByteArrayInputStream(golden("state")),
        POSITION,
        read,
        (key, id, accepted, at) -> found.addAll(List.of(key, id, accepted, at)));
    assertThat(found).containsExactly(keys, task.id(), task.acceptedWallMillis(), 64L);
    assertThat(read.position()).isEqualTo(POSITION);
    LiveTask live = read.live().iterator().next();
    assertThat(live.events()).containsExactly(new Token(5, "hello"));
    assertThat(live.position()).isEqualTo(64);
    assertThat(read.ended().oldest()).isEqualTo(200);
    assertThat(read.marks()).hasSize(1);
  }

  @Test
  void a_snapshot_of_a_newer_format_or_cut_short_is_refused() throws IOException {
    byte[] newer = golden("state");
    newer[1] = 2;
    assertThat(refusal(newer)).contains("format 2 (expected: 1)").contains("newer version");
    byte[] lying = golden("state");
    lying[2] = (byte) 0xff;
    assertThat(refusal(lying)).contains("a count of");
  }

  private String refusal(byte[] bytes) {
    JournalState read = new JournalState(world.clock, (key, id, accepted, at) -> {});
    try {
      StateFile.read(new ByteArrayInputStream(bytes), 1, read, (key, id, accepted, at) -> {});
      return "";
    } catch (IOException refused) {
      return refused.getMessage();
    }
  }
}
