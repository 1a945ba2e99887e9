package dev.millrace.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.llama.request.Sampling;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogitSamplerTest {

  private static final float[] SCORES = {1, 3, 2, 3, 0};

  private static Set<Integer> drawn(Sampling shape, int draws) {
    Set<Integer> drawn = new HashSet<>();
    for (int seed = 0; seed < draws; seed++) {
      Sampling seeded =
          new Sampling(
              shape.temperature(),
              shape.topP(),
              shape.topK(),
              shape.minP(),
              shape.repetitionPenalty(),
              shape.presencePenalty(),
              shape.frequencyPenalty(),
              seed);
      drawn.add(next(seeded));
    }
    return drawn;
  }

  private static int next(Sampling sampling, int... answer) {
    TokenList ids = new TokenList(8);
    ids.addAll(answer);
    return new LogitSampler(sampling, new Candidates(SCORES.length))
        .next(SCORES.clone(), ids, 0, null);
  }

  private static Sampling sampling(double temperature, double topP, int topK, double minP) {
    return new Sampling(temperature, topP, topK, minP, 1, 0, 0, 0);
  }

  @Test
  void without_temperature_the_likeliest_wins_and_of_equal_ones_the_lower_id() {
    assertThat(next(Sampling.GREEDY)).isEqualTo(1);
  }

  @Test
  void with_temperature_all_are_drawn_and_each_seed_draws_the_same_again() {
    assertThat(drawn(sampling(1, 1, 0, 0), 500)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(next(new Sampling(1, 1, 0, 0, 1, 0, 0, 42)))
        .isEqualTo(next(new Sampling(1, 1, 0, 0, 1, 0, 0, 42)));
  }

  @Test
  void how_often_is_what_the_scores_say() {
    int[] counts = new int[SCORES.length];
    for (int seed = 0; seed < 20_000; seed++) {
      counts[next(new Sampling(1, 1, 0, 0, 1, 0, 0, seed))]++;
    }
    double sum = 0;
    for (float score : SCORES) {
      sum += Math.exp(score);
    }
    for (int id = 0; id < SCORES.length; id++) {
      assertThat(counts[id] / 20_000.0)
          .isCloseTo(Math.exp(SCORES[id]) / sum, org.assertj.core.data.Offset.offset(0.015));
    }
  }

  @Test
  void top_k_keeps_so_many() {
    assertThat(drawn(sampling(2, 1, 1, 0), 100)).containsExactly(1);
    assertThat(drawn(sampling(2, 1, 3, 0), 300)).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void top_p_keeps_the_likeliest_that_make_up_the_share() {
    assertThat(drawn(sampling(1, 0.3, 0, 0), 100)).containsExactly(1);
    assertThat(drawn(sampling(1, 0.7, 0, 0), 300)).containsExactlyInAnyOrder(1, 3);
    assertThat(drawn(sampling(1, 0.99, 0, 0), 900)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void min_p_keeps_what_is_near_the_likeliest() {
    assertThat(drawn(sampling(1, 1, 0, 0.3), 300)).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(drawn(sampling(1, 1, 0, 1), 300)).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void penalties_make_what_was_said_less_likely() {
    assertThat(next(new Sampling(0, 1, 0, 0, 2, 0, 0, 0), 1)).isEqualTo(3);
    assertThat(next(new Sampling(0, 1, 0, 0, 1, 0.5, 0, 0), 1)).isEqualTo(3);
    assertThat(next(new Sampling(0, 1, 0, 0, 1, 0, 0.6, 0), 1, 3, 1, 3, 1)).isEqualTo(2);
  }
}
