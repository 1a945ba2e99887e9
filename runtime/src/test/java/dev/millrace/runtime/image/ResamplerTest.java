package dev.millrace.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.image.Resampler.Filter;
import dev.millrace.runtime.testing.Assets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

  private static final Picture SOURCE =
      new Picture(37, 23, Assets.resource("/golden/resample-source-37x23.rgb"));

  /** The expected samples were made with the reference implementation of the training pipelines. */
  @ParameterizedTest
  @CsvSource({"BICUBIC, 16, 16", "BILINEAR, 16, 16", "BICUBIC, 80, 50", "BILINEAR, 9, 40"})
  void gives_the_reference_samples(Filter filter, int width, int height) {
    String name = filter.name().toLowerCase(Locale.ROOT);
    byte[] expected =
        Assets.resource("/golden/resample-" + name + "-" + width + "x" + height + ".rgb");
    Picture found = Resampler.resize(SOURCE, width, height, filter, true);
    assertThat(found.width()).isEqualTo(width);
    assertThat(found.height()).isEqualTo(height);
    assertThat(found.rgb()).isEqualTo(expected);
  }

  @Test
  void an_even_color_stays_even_at_every_size() {
    byte[] even = new byte[3 * 31 * 17];
    Arrays.fill(even, (byte) 200);
    Picture picture = new Picture(31, 17, even);
    for (int size : new int[] {1, 2, 7, 31, 100}) {
      for (boolean antialias : new boolean[] {true, false}) {
        byte[] rgb = Resampler.resize(picture, size, size, Filter.BICUBIC, antialias).rgb();
        for (byte sample : rgb) {
          assertThat(sample).isEqualTo((byte) 200);
        }
      }
    }
  }

  @Test
  void the_same_size_is_the_same_picture() {
    assertThat(Resampler.resize(SOURCE, 37, 23, Filter.BICUBIC, true)).isSameAs(SOURCE);
  }

  @Test
  void one_pixel_becomes_any_size() {
    Picture pixel = new Picture(1, 1, new byte[] {1, 2, 3});
    Picture large = Resampler.resize(pixel, 5, 3, Filter.BILINEAR, true);
    assertThat(large.rgb()).hasSize(45).startsWith((byte) 1, (byte) 2, (byte) 3);
  }
}
