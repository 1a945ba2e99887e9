package dev.millrace.runtime.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static GenerateRequest request(
      double temperature, double topP, int topK, double penalty, long seed) {
    return new GenerateRequest("", 10, temperature, topP, topK, penalty, seed, List.of());
  }

  private static final int[] NONE = new int[10_000];

  @Test
  void temperature_zero_takes_the_highest_and_of_equal_ones_the_lowest_id() {
    Sampler greedy = new Sampler(request(0, 1, 0, 1, 5));
    assertThat(greedy.next(new float[] {1, 3, 3, 2}, NONE, 0)).isEqualTo(1);
    assertThat(greedy.next(new float[] {-1, -3, -0.5f}, NONE, 0)).isEqualTo(2);
  }

  @Test
  void draws_follow_the_probabilities() {
    Sampler sampler = new Sampler(request(1, 1, 0, 1, 42));
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
    int[] counts = new int[3];
    for (int position = 0; position < 10_000; position++) {
      counts[sampler.next(logits.clone(), NONE, position)]++;
    }
    assertThat(counts[0]).isBetween(4_800, 5_200);
    assertThat(counts[1]).isBetween(2_800, 3_200);
    assertThat(counts[2]).isBetween(1_800, 2_200);
  }

  @Test
  void a_draw_depends_on_seed_and_position_alone() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      float[] logits = new float[50];
      for (int k = 0; k < logits.length; k++) {
        logits[k] = (float) random.nextGaussian();
      }
      int first = new Sampler(request(1, 0.9, 20, 1, i)).next(logits.clone(), NONE, i);
      assertThat(new Sampler(request(1, 0.9, 20, 1, i)).next(logits.clone(), NONE, i))
          .isEqualTo(first);
    }
  }

  @Test
  void top_k_and_top_p_shut_out_the_unlikely() {
    float[] logits = {2, 1.5f, 1, -5};
    Sampler two = new Sampler(request(2, 1, 2, 1, 3));
    Sampler nucleus = new Sampler(request(1, 0.5, 0, 1, 3));
    for (int position = 0; position < 2_000; position++) {
      assertThat(two.next(logits.clone(), NONE, position)).isLessThan(2);
      assertThat(nucleus.next(logits.clone(), NONE, position)).isZero();
    }
  }

  @Test
  void a_penalty_makes_what_was_said_less_likely() {
    Sampler penalized = new Sampler(request(0, 1, 0, 2, 3));
    assertThat(penalized.next(new float[] {2, 1.5f}, new int[] {0, 0}, 2)).isEqualTo(1);
    assertThat(penalized.next(new float[] {-1, -1.5f}, new int[] {0}, 1)).isEqualTo(1);
  }

  @Test
  void a_sampler_survives_logits_that_are_no_numbers() {
    float[] odd = {Float.NaN, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int position = 0; position < 50; position++) {
      int id = new Sampler(request(1, 0.9, 2, 1, 1)).next(odd.clone(), NONE, position);
      assertThat(id).isBetween(0, 2);
      assertThat(new Sampler(request(0, 1, 0, 1, 1)).next(odd.clone(), NONE, 0)).isBetween(0, 2);
    }
  }
}
