package dev.millrace.domain.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

  @Test
  void numbers_are_unique_and_stand_in_the_range_of_who_can_act() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
    for (ErrorCode code : ErrorCode.values()) {
      if (code.httpStatus() < 500 && code.retry() == ErrorCode.Retry.NEVER) {
        assertThat(code.number()).as(code.wireName()).isBetween(1_000, 1_999);
      }
    }
  }

  @Test
  void an_invalid_field_is_told_with_what_was_found_and_what_was_expected() {
    var problem = Problem.invalid("/input/tokens", "-1", "0..4096");
    assertThat(problem.message()).isEqualTo("/input/tokens: -1 (expected: 0..4096)");
    assertThat(problem.field()).isEqualTo("/input/tokens");
    assertThat(problem.code().wireName()).isEqualTo("invalid_argument");
  }
}
