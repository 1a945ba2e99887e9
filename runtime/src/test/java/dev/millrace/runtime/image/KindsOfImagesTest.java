package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Exif;
import dev.millrace.runtime.testing.Jpegs;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of each kind of image, as the documentation says. */
class KindsOfImagesTest {

  private static final int[][] CMYK = {
    {0, 0, 0, 0}, {0, 255, 255, 0}, {255, 0, 255, 0}, {255, 255, 0, 0}, {0, 0, 0, 255}
  };
  private static final int[][] MEANT = {
    {255, 255, 255}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {0, 0, 0}
  };

  private static Picture decode(byte[] file) {
    return decoder(ImageLimits.DEFAULT).decode(file, "/input/image");
  }

  private static ImageDecoder decoder(ImageLimits limits) {
    return new ImageDecoder(EnumSet.allOf(ImageFormat.class), limits, Clock.system());
  }

  private static Picture asset(String name) {
    return decode(Assets.bytes("images-odd/" + name));
  }

  private static int[] pixel(Picture picture, int x, int y) {
    int at = 3 * (y * picture.width() + x);
    byte[] rgb = picture.rgb();
    return new int[] {rgb[at] & 0xFF, rgb[at + 1] & 0xFF, rgb[at + 2] & 0xFF};
  }

  private static void assertClose(int[] found, int[] expected, int tolerance) {
    for (int i = 0; i < 3; i++) {
      assertThat(found[i])
          .as("%s (expected: %s)", Arrays.toString(found), Arrays.toString(expected))
          .isCloseTo(expected[i], within(tolerance));
    }
  }

  /** Adobe's programs store CMYK upside down and say so in a segment of their own. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cmyk_and_ycck_of_adobe_become_the_colors_that_were_meant(boolean ycck) throws IOException {
    Picture picture = decode(Jpegs.adobe(CMYK, ycck));
    for (int i = 0; i < CMYK.length; i++) {
      assertClose(pixel(picture, 16 * i + 8, 8), MEANT[i], 8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void all_eight_orientations_show_the_same_picture(int orientation) throws IOException {
    BufferedImage upright = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    Graphics2D brush = upright.createGraphics();
    Color[] colors = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
    for (int i = 0; i < 4; i++) {
      brush.setColor(colors[i]);
      brush.fillRect(32 * (i % 2), 24 * (i / 2), 32, 24);
    }
    BufferedImage stored = Exif.stored(upright, orientation);
    for (byte[] file :
        new byte[][] {Exif.png(stored, orientation), Exif.jpeg(stored, orientation)}) {
      Picture picture = decode(file);
      assertThat(picture.width()).isEqualTo(64);
      assertThat(picture.height()).isEqualTo(48);
      for (int i = 0; i < 4; i++) {
        Color color = colors[i];
        int[] expected = {color.getRed(), color.getGreen(), color.getBlue()};
        assertClose(pixel(picture, 32 * (i % 2) + 16, 24 * (i / 2) + 12), expected, 3);
      }
    }
  }

  /** An interlaced file and a plain one of the same picture, for every color type and depth. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0g01", "0g02", "0g04", "0g08", "0g16", "2c08", "2c16", "3p01", "3p02", "3p04", "3p08",
        "4a08", "4a16", "6a08", "6a16"
      })
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void interlaced_files_give_the_same_samples(String kind) {
    assertThat(asset("pngsuite/basi" + kind + ".png").rgb())
        .isEqualTo(asset("pngsuite/basn" + kind + ".png").rgb());
  }

  /** The suite's files with alpha or a transparent color on a white, gray or no background. */
  @ParameterizedTest
  @CsvSource({"tbbn3p08", "tbgn3p08", "tbwn3p08", "tbbn2c16", "tbgn2c16", "tbwn0g16"})
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void a_transparent_corner_is_white_whatever_background_the_file_proposes(String name) {
    assertThat(pixel(asset("pngsuite/" + name + ".png"), 0, 0)).containsExactly(255, 255, 255);
  }

  @ParameterizedTest
  @CsvSource({
    "pillow/hopper.jpg, pillow/hopper.gif, 12",
    "pillow/hopper.jpg, pillow/hopper.webp, 12",
    "pillow/hopper.jpg, pillow/hopper.png, 12"
  })
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void every_format_shows_the_same_person(String one, String other, double tolerance) {
    byte[] first = asset(one).rgb();
    byte[] second = asset(other).rgb();
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.abs((first[i] & 0xFF) - (second[i] & 0xFF));
    }
    assertThat((double) sum / first.length).isLessThan(tolerance);
  }

  /** Later frames of these files are other ones; the first is a red or a blue one. */
  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void the_first_frame_of_an_animation_is_the_picture() {
    assertThat(pixel(asset("pillow/apng_dispose_op_none.png"), 0, 0)).containsExactly(255, 0, 0);
    assertThat(pixel(asset("pillow/apng_mode_16bit.png"), 0, 0)).containsExactly(255, 0, 0);
    assertThat(pixel(asset("pillow/dispose_none.gif"), 0, 0)).containsExactly(135, 206, 235);
    assertThat(asset("pillow/anim_frame1.webp").width()).isEqualTo(82);
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void of_a_truncated_jpeg_what_is_there_is_shown_and_a_truncated_png_is_refused() {
    assertThat(asset("pillow/truncated_jpeg.jpg").width()).isEqualTo(100);
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> asset("pillow/truncated_image.png"))
            .problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(problem.message()).contains("a damaged or unusual png file");
  }

  /** Sixty kilobytes that ask for thousands of passes over six million pixels. */
  @Test
  void a_jpeg_of_very_many_scans_ends_at_its_budget() throws IOException {
    byte[] file = Jpegs.manyScans(2_500, 2_500, 4_000);
    assertThat(file.length).isLessThan(1 << 20);
    ImageDecoder impatient = decoder(new ImageLimits(8 << 20, 25_000_000, Duration.ofMillis(300)));
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> impatient.decode(file, "/input/image"))
            .problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(problem.message())
        .isEqualTo(
            "/input/image: an image that takes too long to decode (expected: at most 300 ms)");
  }

  @Test
  void one_pixel_is_a_picture() throws IOException {
    BufferedImage pixel = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    pixel.setRGB(0, 0, 0x102030);
    assertThat(pixel(decode(Exif.png(pixel, 6)), 0, 0)).containsExactly(0x10, 0x20, 0x30);
  }
}
