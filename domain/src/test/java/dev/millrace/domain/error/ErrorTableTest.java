package dev.millrace.domain.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of PROTOCOLS.md, row by row: clients, alerts and logs hold on to each of these. */
class ErrorTableTest {

  private static final String TABLE =
      """
      invalid_argument     1001 400 INVALID_ARGUMENT    invalid_request_error NEVER
      too_large            1002 413 RESOURCE_EXHAUSTED  invalid_request_error NEVER
      unsupported          1003 400 UNIMPLEMENTED       invalid_request_error NEVER
      unauthenticated      1004 401 UNAUTHENTICATED     authentication_error  NEVER
      forbidden            1005 403 PERMISSION_DENIED   permission_error      NEVER
      not_found            1006 404 NOT_FOUND           invalid_request_error NEVER
      idempotency_mismatch 1007 422 FAILED_PRECONDITION invalid_request_error NEVER
      cancelled            1008 499 CANCELLED           server_error          NEVER
      rate_limited         2001 429 RESOURCE_EXHAUSTED  rate_limit_error      SOON
      overloaded           2002 429 RESOURCE_EXHAUSTED  overloaded_error      SOON
      model_loading        2003 503 UNAVAILABLE         server_error          SOON
      storage_full         2004 507 RESOURCE_EXHAUSTED  server_error          LATER
      draining             2005 503 UNAVAILABLE         server_error          LATER
      deadline_exceeded    2006 504 DEADLINE_EXCEEDED   server_error          NEVER
      quarantined          3001 500 INTERNAL            server_error          NEVER
      runtime_failed       3002 500 INTERNAL            server_error          NEVER
      upstream_failed      3003 502 UNAVAILABLE         server_error          SOON
      internal             3004 500 INTERNAL            server_error          NEVER
      """;

  @Test
  void the_table_is_the_documented_one_and_has_no_row_more() {
    Set<String> rows = new HashSet<>();
    for (String row : TABLE.lines().toList()) {
      String[] cells = row.split(" +");
      ErrorCode code = ErrorCode.valueOf(cells[0].toUpperCase(java.util.Locale.ROOT));
      assertThat(
              String.join(
                  " ",
                  code.wireName(),
                  Integer.toString(code.number()),
                  Integer.toString(code.httpStatus()),
                  code.grpcStatus(),
                  code.openAiType(),
                  code.retry().name()))
          .isEqualTo(String.join(" ", cells));
      rows.add(cells[0]);
    }
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName))
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  /** The logs keep the number, so a code may move in the table but never change its number. */
  @Test
  void the_number_says_who_can_act() {
    for (ErrorCode code : ErrorCode.values()) {
      int expected = code.number() / 1_000;
      assertThat(expected).as(code.wireName()).isBetween(1, 3);
      if (code.retry() == ErrorCode.Retry.LATER) {
        assertThat(expected).as(code.wireName()).isEqualTo(2);
      }
      assertThat(code.httpStatus() < 500 || expected != 1).as(code.wireName()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"/input/prompt,12345 bytes,<= 4096", "/a~1b,nothing,a text", "'',x,y"})
  void an_invalid_value_is_told_with_its_pointer_what_was_found_and_what_was_expected(
      String pointer, String found, String expected) {
    Problem problem = Problem.invalid(pointer, found, expected);
    assertThat(problem.message())
        .isEqualTo(pointer + ": " + found + " (expected: " + expected + ")");
    assertThat(problem.field()).isEqualTo(pointer);
    assertThat(problem.retryAfterMillis()).isZero();
    assertThat(new ProblemException(problem)).hasMessage(problem.message());
    assertThat(new ProblemException(problem).getStackTrace()).as("it is no defect").isEmpty();
  }
}
