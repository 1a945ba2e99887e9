package dev.millrace.kernel.log;

import static dev.millrace.kernel.log.TestEntry.accept;
import static dev.millrace.kernel.log.TestEntry.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitFlipTest {

  private static final int FLIPS = 12_000;

  private final LogWorld world = LogWorld.started();
  private final Random random = new Random(20_261_125);

  private void writeThreeSegments() {
    for (int i = 0; i < 24; i++) {
      String text = i + "-" + "x".repeat(random.nextInt(400));
      world.write(i % 3 == 0 ? token(text) : accept(text));
    }
    world.write(accept("last"));
    assertThat(LogPosition.segment(world.log.end())).isGreaterThan(1);
  }

  @Test
  void every_flip_in_what_the_mark_covers_is_detected() throws IOException {
    writeThreeSegments();
    world.idle();
    List<String> written = world.texts();
    int last = (int) LogPosition.segment(world.log.end());
    int end = (int) LogPosition.offset(world.log.end());
    world.disk.killProcess();

    int detected = 0;
    for (int flip = 0; flip < FLIPS; flip++) {
      int number = 1 + random.nextInt(last);
      Path segment = world.segment(number);
      int length = number == last ? end : world.disk.bytes(segment).length;
      detected += isDetected(segment, random.nextInt(length), written, written.size()) ? 1 : 0;
    }
    assertThat(detected).isEqualTo(FLIPS);
  }

  @Test
  void a_flip_in_the_mark_or_behind_the_end_never_changes_what_is_read() throws IOException {
    writeThreeSegments();
    world.idle();
    List<String> written = world.texts();
    Path segment = world.segment((int) LogPosition.segment(world.log.end()));
    int end = (int) LogPosition.offset(world.log.end());
    world.disk.killProcess();

    for (int flip = 0; flip < 2_000; flip++) {
      isDetected(LogWorld.mark(), random.nextInt(8192), written, written.size());
      isDetected(segment, end + random.nextInt(4096 - end), written, written.size());
    }
  }

  @Test
  void while_the_mark_lags_only_the_last_synced_block_can_pass_for_a_torn_tail()
      throws IOException {
    writeThreeSegments();
    List<String> written = world.texts();
    int last = (int) LogPosition.segment(world.log.end());
    int end = (int) LogPosition.offset(world.log.end());
    int lastBlock = end - BlockHeader.padded(BlockHeader.BYTES + RecordHeader.BYTES + 4);
    world.disk.killProcess();

    for (int flip = 0; flip < FLIPS; flip++) {
      int offset = random.nextInt(end);
      boolean inLast = offset >= lastBlock;
      boolean detected =
          isDetected(
              world.segment(last), offset, written, inLast ? written.size() - 1 : written.size());
      assertThat(detected).as("offset %d", offset).isEqualTo(!inLast);
    }
  }

  /**
   * Whether the log refuses; when it does not, at least so many records must be there, in order.
   */
  private boolean isDetected(Path file, int offset, List<String> written, int atLeast)
      throws IOException {
    int bit = random.nextInt(8);
    world.disk.flipBit(file, offset, bit);
    try {
      world.open();
      List<String> read = world.texts();
      assertThat(read.size())
          .as("%s, byte %d, bit %d", file, offset, bit)
          .isBetween(atLeast, written.size());
      assertThat(read).isEqualTo(written.subList(0, read.size()));
      return false;
    } catch (UncheckedIOException refused) {
      assertThat(refused.getCause())
          .isInstanceOfAny(LogDamagedException.class, NewerFormatException.class);
      return true;
    } finally {
      world.disk.killProcess();
      world.disk.flipBit(file, offset, bit);
    }
  }
}
