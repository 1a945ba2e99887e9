package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.SimulatedDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The bytes of format 1, checked in: a change that alters them breaks logs that people have. A new
 * format gets a file of its own beside these, and these must still be read.
 */
class GoldenBytesTest {

  private static final int MARK_SLOTS = 4096 + CommitMark.SLOT_BYTES;

  private static LogWorld written() throws IOException {
    LogWorld world = LogWorld.started();
    TestEntry first = accept("accepted");
    first.type = 1;
    first.tenant = 42;
    first.keyId = 3;
    world.write(first, token("token"));
    world.write(token(""));
    world.idle();
    world.log.snapshots().write(first.position, out -> out.write('s'));
    return world;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("format-1/" + name + ".hex")) {
      assertThat(in).as(name).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).replaceAll("(.{64})", "$1\n");
  }

  private static Path snapshot(SimulatedDisk disk) throws IOException {
    return LogWorld.DIRECTORY.resolve(
        disk.list(LogWorld.DIRECTORY).stream()
            .filter(name -> name.startsWith("snapshot-"))
            .findFirst()
            .orElseThrow());
  }

  @Test
  void a_segment_is_written_as_format_1_says() throws IOException {
    LogWorld world = written();
    byte[] segment = world.disk.bytes(world.segment(1));
    byte[] used = Arrays.copyOf(segment, (int) LogPosition.offset(world.log.end()));

    assertThat(hex(used)).isEqualTo(hex(golden("segment")));
  }

  @Test
  void a_commit_mark_is_written_as_format_1_says() throws IOException {
    byte[] mark = written().disk.bytes(LogWorld.mark());

    assertThat(mark).hasSize(8192);
    assertThat(hex(Arrays.copyOf(mark, CommitMark.SLOT_BYTES))).isEqualTo(hex(golden("mark-0")));
    assertThat(hex(Arrays.copyOfRange(mark, 4096, MARK_SLOTS))).isEqualTo(hex(golden("mark-1")));
  }

  @Test
  void a_snapshot_is_written_as_format_1_says() throws IOException {
    SimulatedDisk disk = written().disk;

    assertThat(hex(disk.bytes(snapshot(disk)))).isEqualTo(hex(golden("snapshot")));
  }

  @Test
  void a_log_of_format_1_is_read() throws IOException {
    LogWorld world = new LogWorld();
    world.disk.createDirectories(LogWorld.DIRECTORY);
    byte[] mark = Arrays.copyOf(golden("mark-0"), 8192);
    System.arraycopy(golden("mark-1"), 0, mark, 4096, CommitMark.SLOT_BYTES);
    world.disk.put(LogWorld.mark(), mark);
    world.disk.put(world.segment(1), golden("segment"));

    world.open();

    assertThat(world.texts()).containsExactly("accepted", "token", "");
    assertThat(world.log.recovery().warnings()).isEmpty();
  }
}
