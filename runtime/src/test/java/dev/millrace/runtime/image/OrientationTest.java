package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.testing.Exif;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one number of EXIF, in every place and byte order that it may stand; else upright. */
class OrientationTest {

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;

  /** A directory whose entry for the orientation stands behind some others. */
  private static byte[] tiff(ByteOrder order, int tag, int type, int value, int others) {
    ByteBuffer out = ByteBuffer.allocate(8 + 2 + 12 * (others + 1) + 4).order(order);
    out.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
    out.putShort((short) 42).putInt(8).putShort((short) (others + 1));
    for (int i = 0; i < others; i++) {
      out.putShort((short) (0x0100 + i)).putShort((short) 4).putInt(1).putInt(i);
    }
    out.putShort((short) tag).putShort((short) type).putInt(1);
    out.putShort((short) value).putShort((short) 0).putInt(0);
    return out.array();
  }

  private static byte[] tiff(int value) {
    return tiff(ByteOrder.LITTLE_ENDIAN, TAG, SHORT, value, 3);
  }

  private static byte[] webp(byte[] exif, boolean prefixed) {
    byte[] prefix = prefixed ? "Exif\0\0".getBytes(StandardCharsets.US_ASCII) : new byte[0];
    int length = prefix.length + exif.length;
    ByteBuffer out = ByteBuffer.allocate(12 + 8 + 4 + 8 + length + (length & 1));
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
    out.put("WEBP".getBytes(StandardCharsets.US_ASCII));
    // A chunk of odd length in front, which is padded to an even one.
    out.put("ICCP".getBytes(StandardCharsets.US_ASCII)).putInt(3).putInt(0);
    out.put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(length).put(prefix).put(exif);
    return out.array();
  }

  private static byte[] jpeg(byte[]... segments) {
    int length = 2;
    for (byte[] segment : segments) {
      length += segment.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length + 2).putShort((short) 0xFFD8);
    for (byte[] segment : segments) {
      out.put(segment);
    }
    return out.putShort((short) 0xFFD9).array();
  }

  private static byte[] segment(int marker, byte[] body) {
    return ByteBuffer.allocate(4 + body.length)
        .put((byte) 0xFF)
        .put((byte) marker)
        .putShort((short) (2 + body.length))
        .put(body)
        .array();
  }

  private static byte[] exif(byte[] tiff) {
    return ByteBuffer.allocate(6 + tiff.length)
        .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
        .put(tiff)
        .array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void each_of_the_eight_is_found_in_both_byte_orders_and_every_format(int value)
      throws IOException {
    Orientation expected = Orientation.values()[value - 1];
    BufferedImage any = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    assertThat(Orientation.of(Exif.png(any, value), ImageFormat.PNG)).isEqualTo(expected);
    assertThat(Orientation.of(Exif.jpeg(any, value), ImageFormat.JPEG)).isEqualTo(expected);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (int others : new int[] {0, 1, 20}) {
        byte[] tiff = tiff(order, TAG, SHORT, value, others);
        assertThat(Orientation.of(tiff, ImageFormat.TIFF)).isEqualTo(expected);
        assertThat(Orientation.of(webp(tiff, false), ImageFormat.WEBP)).isEqualTo(expected);
        assertThat(Orientation.of(webp(tiff, true), ImageFormat.WEBP)).isEqualTo(expected);
        assertThat(Orientation.of(jpeg(segment(0xE1, exif(tiff))), ImageFormat.JPEG))
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 10, 255, 256, 0x0600, 0xFFFF})
  void a_number_that_means_nothing_is_upright(int value) {
    assertThat(Orientation.of(tiff(value), ImageFormat.TIFF)).isEqualTo(Orientation.UPRIGHT);
  }

  @ParameterizedTest
  @CsvSource({"0x0111, 3", "0x0112, 4", "0x0112, 1", "0x1201, 3"})
  void another_entry_or_type_is_not_it(String tag, int type) {
    byte[] tiff = tiff(ByteOrder.BIG_ENDIAN, Integer.decode(tag), type, 6, 0);
    assertThat(Orientation.of(tiff, ImageFormat.TIFF)).isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void in_a_jpeg_it_is_looked_for_behind_other_segments_and_not_behind_the_scan() {
    byte[] found = segment(0xE1, exif(tiff(6)));
    byte[] other =
        segment(0xE1, "http://ns.adobe.com/xap/1.0/".getBytes(StandardCharsets.US_ASCII));
    assertThat(Orientation.of(jpeg(segment(0xE0, new byte[14]), other, found), ImageFormat.JPEG))
        .isEqualTo(Orientation.TURNED_RIGHT);
    assertThat(Orientation.of(jpeg(segment(0xDA, new byte[6]), found), ImageFormat.JPEG))
        .isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void formats_that_carry_none_are_upright_whatever_they_hold() {
    for (ImageFormat format : new ImageFormat[] {ImageFormat.GIF, ImageFormat.BMP}) {
      assertThat(Orientation.of(tiff(6), format)).isEqualTo(Orientation.UPRIGHT);
      assertThat(Orientation.of(new byte[0], format)).isEqualTo(Orientation.UPRIGHT);
    }
  }

  /** Hostile files: cut at every byte, every byte changed, offsets and lengths beyond the file. */
  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void a_file_cut_anywhere_is_read_without_harm(ImageFormat format) throws IOException {
    byte[] whole = whole(format);
    for (int length = 0; length <= whole.length; length++) {
      assertThat(Orientation.of(java.util.Arrays.copyOf(whole, length), format))
          .as("cut to " + length)
          .isIn(Orientation.UPRIGHT, Orientation.TURNED_RIGHT);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void a_file_with_any_bytes_changed_is_read_without_harm(ImageFormat format) throws IOException {
    byte[] whole = whole(format);
    long seed = format.ordinal() + 77L;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(Math.min(damaged.length, 120));
        damaged[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
      }
      assertThat(Orientation.of(damaged, format)).as("seed " + seed + ", try " + i).isNotNull();
    }
  }

  private static byte[] whole(ImageFormat format) throws IOException {
    BufferedImage any = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    return switch (format) {
      case PNG -> Exif.png(any, 6);
      case JPEG -> Exif.jpeg(any, 6);
      case WEBP -> webp(tiff(6), true);
      case TIFF, GIF, BMP -> tiff(6);
    };
  }

  @ParameterizedTest
  @EnumSource(Orientation.class)
  void turning_keeps_every_pixel_and_changes_the_sides_of_the_turned_ones(Orientation orientation) {
    byte[] rgb = new byte[3 * 5 * 7];
    new Random(3).nextBytes(rgb);
    Picture upright = orientation.apply(new Picture(5, 7, rgb.clone()));
    boolean turned = orientation.ordinal() >= Orientation.TRANSPOSED.ordinal();
    assertThat(upright.width()).isEqualTo(turned ? 7 : 5);
    assertThat(upright.height()).isEqualTo(turned ? 5 : 7);
    assertThat(pixels(upright)).containsExactlyInAnyOrder(pixels(new Picture(5, 7, rgb)));
  }

  private static Integer[] pixels(Picture picture) {
    Integer[] pixels = new Integer[picture.width() * picture.height()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (picture.rgb()[3 * i] & 0xFF) << 16
              | (picture.rgb()[3 * i + 1] & 0xFF) << 8
              | picture.rgb()[3 * i + 2] & 0xFF;
    }
    return pixels;
  }

  /** What each does, told by where the stored picture's first corner goes. */
  @ParameterizedTest
  @CsvSource({
    "UPRIGHT, 0, 0",
    "MIRRORED, 2, 0",
    "TURNED_180, 2, 1",
    "FLIPPED, 0, 1",
    "TRANSPOSED, 0, 0",
    "TURNED_RIGHT, 1, 0",
    "TRANSVERSED, 1, 2",
    "TURNED_LEFT, 0, 2"
  })
  void the_stored_first_pixel_is_shown_where_exif_says(Orientation orientation, int x, int y) {
    byte[] rgb = new byte[3 * 3 * 2];
    rgb[0] = 99;
    Picture upright = orientation.apply(new Picture(3, 2, rgb));
    assertThat(upright.rgb()[3 * (y * upright.width() + x)]).isEqualTo((byte) 99);
  }
}
