package dev.millrace.scheduling;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random work and random faults under virtual time; the seed is in the test's name. What must hold
 * after every step stands in {@link Chaos}.
 */
class ChaosTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void every_task_ends_exactly_once_whatever_happens(long seed) {
    Chaos chaos = new Chaos(seed);
    chaos.run(400);
    chaos.comeToRest();
  }
}
