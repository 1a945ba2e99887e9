package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that stand for very much: what they cost is bounded, read or refused. */
class ImageBombsTest {

  /** For one picture of a few pixels. */
  private static final long FLAT = 16L << 20;

  /** 64 KB that stand for 64 MB. */
  private static final byte[] BOMB = packed(64L << 20);

  private static final ImageDecoder DECODER =
      new ImageDecoder(EnumSet.allOf(ImageFormat.class), ImageLimits.DEFAULT, Clock.system());

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) sum.getValue());
  }

  private static byte[] packed(long bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 16];
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      for (long left = bytes; left > 0; left -= piece.length) {
        deflater.write(piece, 0, (int) Math.min(left, piece.length));
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  /** A gray PNG of so many pixels, with chunks between its head and its samples. */
  private static byte[] png(int width, int height, byte[] samples, Object... chunks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(0x8950_4E47_0D0A_1A0AL);
      byte[] head = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).array();
      chunk(out, "IHDR", head);
      for (int i = 0; i < chunks.length; i += 2) {
        chunk(out, (String) chunks[i], (byte[]) chunks[i + 1]);
      }
      chunk(out, "IDAT", samples);
      chunk(out, "IEND", new byte[0]);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** The picture, or null where it is refused in the documented way; cheap either way. */
  private static boolean isRead(byte[] file) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean read;
    try {
      DECODER.decode(file, "/image");
      read = true;
    } catch (ProblemException refused) {
      assertThat(refused.problem().code())
          .isIn(ErrorCode.TOO_LARGE, ErrorCode.INVALID_ARGUMENT, ErrorCode.UNSUPPORTED);
      assertThat(refused).hasMessageNotContaining("Exception").hasMessageNotContaining("0x");
      read = false;
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(FLAT);
    return read;
  }

  @Test
  void a_picture_of_thirty_thousand_by_thirty_thousand_is_refused_by_its_head() {
    byte[] file = png(30_000, 30_000, BOMB);
    assertThat(file).hasSizeLessThan(1 << 20);
    assertThat(isRead(file)).isFalse();
    assertThatThrownBy(() -> DECODER.decode(file, "/image"))
        .hasMessageContaining("30000 x 30000 pixels");
  }

  @ParameterizedTest
  @CsvSource({
    "0,1",
    "1,0",
    "0,0",
    "-1,1",
    "1,-1",
    "2147483647,2147483647",
    "65536,65536",
    "46341,46341",
    "25000001,1"
  })
  void sizes_that_are_none_or_overflow_are_refused(int width, int height) {
    assertThat(isRead(png(width, height, packed(100)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zTXt", "iTXt", "iCCP"})
  void texts_and_profiles_that_unpack_a_thousandfold_are_not_unpacked(String type) {
    byte[] before = type.equals("iTXt") ? new byte[] {'k', 0, 1, 0, 0, 0} : new byte[] {'k', 0, 0};
    byte[] data = Arrays.copyOf(before, before.length + BOMB.length);
    System.arraycopy(BOMB, 0, data, before.length, BOMB.length);
    assertThat(isRead(png(1, 1, packed(2), type, data))).isTrue();
  }

  @Test
  void more_samples_than_the_head_says_are_left_alone() {
    assertThat(isRead(png(1, 1, BOMB))).isTrue();
  }

  @Test
  void fewer_samples_than_the_head_says_are_refused() {
    assertThat(isRead(png(500, 500, packed(500)))).isFalse();
  }

  @Test
  void of_very_many_frames_one_is_decoded() throws IOException {
    byte[] control = ByteBuffer.allocate(26).putInt(1).putInt(1).putInt(1).array();
    Object[] frames = new Object[20_000];
    for (int i = 0; i < frames.length; i += 2) {
      frames[i] = "fcTL";
      frames[i + 1] = control;
    }
    assertThat(isRead(png(1, 1, packed(2), frames))).isTrue();

    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    gif.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
    gif.writeBytes(new byte[] {1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
    for (int i = 0; i < 50_000; i++) {
      gif.writeBytes(new byte[] {',', 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0});
    }
    gif.write(';');
    assertThat(isRead(gif.toByteArray())).isTrue();
  }

  private static byte[] bmp(int width, int height) {
    return ByteBuffer.allocate(100)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'B')
        .put((byte) 'M')
        .putInt(100)
        .putInt(0)
        .putInt(54)
        .putInt(40)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) 24)
        .array();
  }

  @ParameterizedTest
  @CsvSource({
    "100000,100000",
    "2147483647,1",
    "1,-2147483648",
    "-5,5",
    "0,0",
    "5000,5000",
    "46341,-46341"
  })
  void a_bmp_that_lies_about_its_size_is_cheap(int width, int height) {
    // 5000 x 5000 is within the limit and may cost its 25 million pixels, not more.
    Supplier<Boolean> read = () -> isRead(bmp(width, height));
    if (width == 5_000) {
      assertThatThrownBy(() -> DECODER.decode(bmp(width, height), "/image"))
          .isInstanceOf(ProblemException.class);
    } else {
      assertThat(read.get()).isFalse();
    }
  }

  /** One directory of a TIFF with entries that each say they hold two billion values. */
  @Test
  void a_tiff_whose_entries_lie_about_their_lengths_is_cheap() {
    short[] tags = {256, 257, 258, 259, 262, 273, 277, 278, 279, 320, 700, (short) 34_675};
    for (int type = 1; type <= 12; type++) {
      ByteBuffer file = ByteBuffer.allocate(8 + 2 + tags.length * 12 + 4 + 64);
      file.order(ByteOrder.LITTLE_ENDIAN)
          .putInt(0x002A_4949)
          .putInt(8)
          .putShort((short) tags.length);
      for (short tag : tags) {
        file.putShort(tag).putShort((short) type).putInt(Integer.MAX_VALUE).putInt(16);
      }
      assertThat(isRead(file.array())).as("type " + type).isFalse();
    }
  }

  @Test
  void a_tiff_whose_directories_form_a_ring_ends() {
    ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0x002A_4949).putInt(8).putShort((short) 1);
    file.putShort((short) 256).putShort((short) 3).putInt(1).putInt(1).putInt(8);
    assertThat(isRead(file.array())).isFalse();
  }

  @Test
  void segments_of_a_jpeg_that_lie_about_their_lengths_are_cheap() throws IOException {
    for (int marker = 0xC0; marker <= 0xFE; marker++) {
      byte[] file = new byte[70_000];
      byte[] head = {
        (byte) 0xFF,
        (byte) 0xD8,
        (byte) 0xFF,
        (byte) marker,
        (byte) 0xFF,
        (byte) 0xFF,
        8,
        -1,
        -1,
        -1,
        -1,
        3
      };
      System.arraycopy(head, 0, file, 0, head.length);
      assertThat(isRead(file)).as("marker %x", marker).isFalse();
    }
  }

  @Test
  void a_webp_that_lies_about_its_size_is_cheap() {
    for (String kind : new String[] {"VP8 ", "VP8L", "VP8X"}) {
      for (int said : new int[] {0, 1, 10, Integer.MAX_VALUE, -1}) {
        ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(said);
        file.put("WEBP".getBytes(StandardCharsets.US_ASCII));
        file.put(kind.getBytes(StandardCharsets.US_ASCII)).putInt(said);
        while (file.hasRemaining()) {
          file.put((byte) 0xFF);
        }
        assertThat(isRead(file.array())).as("%s of %d", kind, said).isFalse();
      }
    }
  }
}
