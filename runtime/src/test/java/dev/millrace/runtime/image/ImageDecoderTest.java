package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.testing.Assets;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDecoderTest {

  private static ImageDecoder decoder(ImageLimits limits) {
    return new ImageDecoder(EnumSet.allOf(ImageFormat.class), limits, Clock.system());
  }

  private static Picture decode(byte[] file) {
    return decoder(ImageLimits.DEFAULT).decode(file, "/input/image");
  }

  private static Problem problem(ImageDecoder decoder, byte[] file) {
    return catchThrowableOfType(ProblemException.class, () -> decoder.decode(file, "/input/image"))
        .problem();
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private static int[] pixel(Picture picture, int x, int y) {
    int at = 3 * (y * picture.width() + x);
    return new int[] {
      picture.rgb()[at] & 0xFF, picture.rgb()[at + 1] & 0xFF, picture.rgb()[at + 2] & 0xFF
    };
  }

  @Test
  void alpha_lies_over_white() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00000000);
    image.setRGB(1, 0, 0x80FF0000);
    Picture picture = decode(encode(image, "png"));
    assertThat(pixel(picture, 0, 0)).containsExactly(255, 255, 255);
    assertThat(pixel(picture, 1, 0)).containsExactly(255, 127, 127);
  }

  @Test
  void gray_keeps_its_samples() throws IOException {
    BufferedImage gray = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(0, 0, 0, 100);
    assertThat(pixel(decode(encode(gray, "png")), 0, 0)).containsExactly(100, 100, 100);
    BufferedImage deep = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 100 << 8 | 77);
    assertThat(pixel(decode(encode(deep, "png")), 0, 0)).containsExactly(100, 100, 100);
  }

  @Test
  void palettes_and_single_bits_become_their_colors() throws IOException {
    BufferedImage indexed = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(0, 0, Color.RED.getRGB());
    assertThat(pixel(decode(encode(indexed, "gif")), 0, 0)).containsExactly(255, 0, 0);
    BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(1, 0, Color.WHITE.getRGB());
    Picture picture = decode(encode(bits, "bmp"));
    assertThat(pixel(picture, 0, 0)).containsExactly(0, 0, 0);
    assertThat(pixel(picture, 1, 0)).containsExactly(255, 255, 255);
  }

  @Test
  void more_pixels_than_the_limit_are_refused_before_decoding() throws IOException {
    byte[] file = encode(new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB), "png");
    ImageDecoder small = decoder(new ImageLimits(1 << 20, 59_999, Duration.ofSeconds(5)));
    assertThat(problem(small, file).code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(problem(small, file).message())
        .contains("300 x 200 pixels (expected: 1 to 59999 in all)");
  }

  @Test
  void a_tiny_file_that_claims_a_huge_picture_is_refused() {
    byte[] gif = {
      'G', 'I', 'F', '8', '9', 'a', -1, -1, -1, -1, 0, 0, 0, ',', 0, 0, 0, 0, -1, -1, -1, -1, 0
    };
    assertThat(problem(decoder(ImageLimits.DEFAULT), gif).code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void more_bytes_than_the_limit_are_refused() throws IOException {
    byte[] file = encode(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png");
    ImageDecoder small = decoder(new ImageLimits(10, 1_000, Duration.ofSeconds(5)));
    assertThat(problem(small, file).message())
        .contains(file.length + " bytes (expected: at most 10");
  }

  @Test
  void only_declared_formats_are_let_in_and_the_first_bytes_tell() throws IOException {
    byte[] png = encode(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png");
    ImageDecoder jpegOnly =
        new ImageDecoder(EnumSet.of(ImageFormat.JPEG), ImageLimits.DEFAULT, Clock.system());
    assertThat(problem(jpegOnly, png).code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(problem(jpegOnly, png).message()).contains("png (expected: jpeg)");
    assertThat(problem(jpegOnly, new byte[0]).code()).isEqualTo(ErrorCode.UNSUPPORTED);
  }

  /** A clock that runs on with every look at it. */
  @Test
  void decoding_ends_when_its_time_is_over() throws IOException {
    byte[] png = encode(new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB), "png");
    Clock racing =
        new Clock() {
          private long now;

          @Override
          public long nanoTime() {
            return now += 1_000_000_000;
          }

          @Override
          public long wallMillis() {
            return 0;
          }
        };
    ImageDecoder slow = new ImageDecoder(EnumSet.of(ImageFormat.PNG), ImageLimits.DEFAULT, racing);
    assertThat(problem(slow, png).code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(problem(slow, png).message()).contains("takes too long to decode");
  }

  @Test
  void a_file_cut_short_anywhere_never_escapes() throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (String format : new String[] {"png", "jpeg", "gif", "bmp"}) {
      byte[] whole = encode(image, format);
      for (int length = 0; length < whole.length; length += 3) {
        try {
          decode(Arrays.copyOf(whole, length));
        } catch (ProblemException refused) {
          assertThat(refused.problem().field()).isEqualTo("/input/image");
        }
      }
    }
  }

  /** The eight files show the same picture, stored in the eight ways. */
  @ParameterizedTest
  @CsvSource({"jpg", "webp"})
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void exif_orientation_is_applied(String extension) {
    Picture upright = null;
    for (int orientation = 2; orientation <= 8; orientation++) {
      String name = "images-odd/pillow/hopper_orientation_" + orientation + "." + extension;
      Picture picture = decode(Assets.bytes(name));
      if (upright == null) {
        upright = picture;
      }
      assertThat(picture.width()).isEqualTo(upright.width());
      assertThat(picture.height()).isEqualTo(upright.height());
      assertThat(difference(picture, upright)).as(name).isCloseTo(0, within(6.0));
    }
  }

  private static double difference(Picture a, Picture b) {
    long sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      sum += Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF));
    }
    return (double) sum / a.rgb().length;
  }

  @Test
  void orientations_are_the_eight_of_the_square() {
    Picture stored = new Picture(2, 1, new byte[] {1, 1, 1, 2, 2, 2});
    assertThat(Orientation.MIRRORED.apply(stored).rgb()[0]).isEqualTo((byte) 2);
    assertThat(Orientation.FLIPPED.apply(stored).rgb()[0]).isEqualTo((byte) 1);
    assertThat(Orientation.TURNED_180.apply(stored).rgb()[0]).isEqualTo((byte) 2);
    Picture right = Orientation.TURNED_RIGHT.apply(stored);
    assertThat(right.width()).isEqualTo(1);
    assertThat(right.height()).isEqualTo(2);
    assertThat(right.rgb()[0]).isEqualTo((byte) 1);
    assertThat(Orientation.TURNED_LEFT.apply(stored).rgb()[0]).isEqualTo((byte) 2);
    assertThat(Orientation.TRANSPOSED.apply(stored).rgb()[0]).isEqualTo((byte) 1);
    assertThat(Orientation.TRANSVERSED.apply(stored).rgb()[0]).isEqualTo((byte) 2);
  }
}
