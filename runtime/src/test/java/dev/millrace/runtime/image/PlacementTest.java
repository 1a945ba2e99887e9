package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A box goes back the way its picture came. */
class PlacementTest {

  private static float[] back(Picture picture, boolean stored, float... box) {
    picture.placement().restore(box, 0, stored);
    return box;
  }

  private static Letterbox box(int width, int height, boolean centered) {
    return new Letterbox(width, height, Resampler.Filter.BILINEAR, true, 114, centered);
  }

  /** Each pixel of its own color, so that it is found again after it was turned. */
  private static Picture numbered(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = (byte) i;
      rgb[3 * i + 1] = (byte) (i >> 8);
    }
    return new Picture(width, height, rgb);
  }

  private static int number(Picture picture, int x, int y) {
    int at = 3 * (y * picture.width() + x);
    return (picture.rgb()[at] & 0xFF) | (picture.rgb()[at + 1] & 0xFF) << 8;
  }

  @ParameterizedTest
  @EnumSource(Orientation.class)
  void every_pixel_of_the_upright_picture_is_found_in_the_stored_one(Orientation orientation) {
    Picture stored = numbered(17, 11);
    Picture upright = orientation.apply(stored);
    for (int y = 0; y < upright.height(); y++) {
      for (int x = 0; x < upright.width(); x++) {
        int number = number(upright, x, y);
        float storedX = number % 17;
        float storedY = (float) (number / 17);
        assertThat(back(upright, true, x, y, x + 1, y + 1))
            .containsExactly(storedX, storedY, storedX + 1, storedY + 1);
        assertThat(back(upright, false, x, y, x + 1, y + 1)).containsExactly(x, y, x + 1, y + 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1200, 800, false",
    "800, 1200, true",
    "50, 30, true",
    "416, 416, false",
    "1, 900, true"
  })
  void a_box_comes_back_through_the_letterbox(int width, int height, boolean centered) {
    Picture picture = new Picture(width, height, new byte[3 * width * height]);
    Picture canvas = box(416, 416, centered).apply(picture);
    assertThat(canvas.width()).isEqualTo(416);
    assertThat(canvas.height()).isEqualTo(416);
    Random random = new Random(width);
    double ratio = Math.min(416.0 / width, 416.0 / height);
    double left = centered ? (416 - Math.max(1, (int) (width * ratio))) / 2 : 0;
    double top = centered ? (416 - Math.max(1, (int) (height * ratio))) / 2 : 0;
    for (int i = 0; i < 100; i++) {
      float x = random.nextFloat() * width;
      float y = random.nextFloat() * height;
      float[] there = {
        (float) (x * ratio + left), (float) (y * ratio + top),
        (float) (width * ratio + left), (float) (height * ratio + top)
      };
      float tolerance = (float) (2e-4 / ratio);
      assertThat(back(canvas, true, there))
          .containsExactly(new float[] {x, y, width, height}, within(tolerance));
    }
  }

  @Test
  void the_rest_of_the_canvas_is_filled_and_the_picture_lies_where_it_is_aligned() {
    byte[] white = new byte[3 * 20 * 10];
    Arrays.fill(white, (byte) 255);
    Picture wide = new Picture(20, 10, white);
    Picture corner = box(10, 10, false).apply(wide);
    assertThat(corner.rgb()[0]).isEqualTo((byte) 255);
    assertThat(corner.rgb()[3 * 10 * 5 - 1]).isEqualTo((byte) 255);
    assertThat(corner.rgb()[3 * 10 * 5]).isEqualTo((byte) 114);
    Picture middle = box(10, 10, true).apply(wide);
    assertThat(middle.rgb()[3 * 10 * 2 - 1]).isEqualTo((byte) 114);
    assertThat(middle.rgb()[3 * 10 * 2]).isEqualTo((byte) 255);
    assertThat(middle.rgb()[3 * 10 * 7]).isEqualTo((byte) 114);
  }

  @Test
  void crops_and_resizes_are_undone_in_their_order() {
    Picture picture = new Picture(100, 60, new byte[18_000]).crop(20, 10, 40, 50);
    Picture small = Resampler.resize(picture, 20, 100, Resampler.Filter.BICUBIC, true);
    assertThat(back(small, true, 0, 0, 20, 100)).containsExactly(20, 10, 60, 60);
    assertThat(back(small, true, 5, 50, 10, 60)).containsExactly(30, 35, 40, 40);
    assertThat(back(box(200, 200, false).apply(small), true, 0, 0, 40, 200))
        .containsExactly(20, 10, 60, 60);
  }

  @Test
  void what_reaches_beyond_the_picture_is_clipped() {
    Picture picture = new Picture(10, 5, new byte[150]);
    assertThat(back(picture, true, -3, -1e9f, 12, 1e9f)).containsExactly(0, 0, 10, 5);
    assertThat(back(Orientation.TURNED_RIGHT.apply(picture), true, -3, -4, 99, 99))
        .containsExactly(0, 0, 10, 5);
  }
}
