package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassRotationTest {

  @Test
  void nobody_waits_and_nobody_is_next() {
    assertThat(new ClassRotation(16).next(new int[3])).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 16, 100})
  void under_full_pressure_the_lower_classes_get_their_share_and_no_more(int share) {
    ClassRotation rotation = new ClassRotation(share);
    int[] waiting = {1, 1, 1};
    int[] taken = new int[3];
    int rounds = share * 1_000;
    for (int i = 0; i < rounds; i++) {
      int next = rotation.next(waiting);
      taken[next]++;
      rotation.taken(next, waiting);
    }
    assertThat(taken[1]).isBetween(rounds / share, rounds / (share - 2) + 1);
    assertThat(taken[2]).isBetween(rounds / share, rounds / (share - 2) + 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_class_that_waits_is_never_passed_over_sixteen_times(long seed) {
    Random random = new Random(seed);
    ClassRotation rotation = new ClassRotation(16);
    int[] waiting = new int[3];
    int[] passedOver = new int[3];
    for (int step = 0; step < 20_000; step++) {
      for (int at = 0; at < 3; at++) {
        waiting[at] += random.nextInt(100) < (at == 0 ? 80 : 30) ? 1 : 0;
      }
      int next = rotation.next(waiting);
      if (next < 0) {
        continue;
      }
      assertThat(waiting[next]).isPositive();
      waiting[next]--;
      rotation.taken(next, waiting);
      for (int at = 0; at < 3; at++) {
        passedOver[at] = at == next || waiting[at] == 0 ? 0 : passedOver[at] + 1;
        assertThat(passedOver[at]).isLessThan(at == 0 ? 3 : 16);
      }
    }
  }
}
