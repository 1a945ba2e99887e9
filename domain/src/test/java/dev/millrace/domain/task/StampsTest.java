package dev.millrace.domain.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StampsTest {

  @Test
  void a_hand_off_that_has_not_happened_reads_zero_even_when_the_clock_does() {
    var stamps = new Stamps();
    assertThat(stamps.at(Stamp.LEASED)).isZero();
    stamps.mark(Stamp.LEASED, 0);
    assertThat(stamps.at(Stamp.LEASED)).isNotZero();
  }

  @Test
  void a_later_attempt_overwrites_what_it_does_again_but_not_what_happens_once() {
    var stamps = new Stamps();
    stamps.mark(Stamp.LEASED, 5);
    stamps.mark(Stamp.LEASED, 9);
    stamps.markOnce(Stamp.FIRST_TOKEN, 7);
    stamps.markOnce(Stamp.FIRST_TOKEN, 11);
    assertThat(stamps.at(Stamp.LEASED)).isEqualTo(9);
    assertThat(stamps.at(Stamp.FIRST_TOKEN)).isEqualTo(7);
  }
}
