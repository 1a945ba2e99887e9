package dev.millrace.ingress.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitSecondsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=5                   | 5",
        "respond-async, wait=7    | 7",
        "wait=5, wait=9           | 5",
        "wait=0                   | 0",
        "wait=-3                  | 0",
        "wait=61                  | 60",
        "wait=99999               | 60",
        "wait=99999999999999999   | 0",
        "wait=soon                | 0",
        "wait=                    | 0",
        "handling=lenient         | 0",
      })
  void a_preference_is_taken_where_it_is_understood(String prefer, long seconds) {
    assertThat(TasksDoor.waitSeconds(prefer)).isEqualTo(seconds);
  }

  @Test
  void nobody_waits_who_did_not_ask() {
    assertThat(TasksDoor.waitSeconds(null)).isZero();
  }
}
