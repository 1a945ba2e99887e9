package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.runtime.remote.Fault.Again;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Faults of other servers in our own error table. What the request is to blame for goes on to its
 * client with the server's words; what concerns us and that server does not, for the words may tell
 * of keys and addresses.
 */
final class Faults {

  private static final int LONGEST_WORDS = 300;
  private static final long RETRY_MILLIS = 1_000;
  private static final Pattern FIELD = Pattern.compile("[a-z_]{1,64}");

  private Faults() {}

  /** The connection was refused, cut or reset before it was of any use. */
  static Fault unreachable(String what) {
    return new Fault(failed(what), Again.ELSEWHERE, true);
  }

  /** The connection went away while an answer was due. */
  static Fault cut() {
    return new Fault(failed("the upstream cut its answer short"), Again.ANYWHERE, true);
  }

  static Fault malformed(String what) {
    return new Fault(failed("the upstream answered with " + what), Again.NOWHERE, true);
  }

  /** It keeps to no time-out; asking again would wait as long again. */
  static Fault late(String what) {
    return new Fault(failed(what), Again.NOWHERE, true);
  }

  /** An answer of another status than 200. */
  static Fault ofStatus(int status, ErrorBody body, long retryAfterMillis) {
    return switch (status) {
      case 400, 422 -> new Fault(invalid(body), Again.NOWHERE, false);
      case 413 ->
          new Fault(
              Problem.of(ErrorCode.TOO_LARGE, words("the upstream takes less", body)),
              Again.NOWHERE,
              false);
      case 429 -> new Fault(limited(retryAfterMillis), Again.ELSEWHERE, false);
      case 401, 403 -> new Fault(failed("the upstream refused our key"), Again.ELSEWHERE, true);
      case 404 -> new Fault(failed("the upstream has no such model"), Again.ELSEWHERE, true);
      default -> ofOtherStatus(status, retryAfterMillis);
    };
  }

  private static Fault ofOtherStatus(int status, long retryAfterMillis) {
    String what = "the upstream answered with status " + status;
    if (status >= 300 && status < 400) {
      return new Fault(failed(what + ", a redirect, which is not followed"), Again.NOWHERE, true);
    }
    Problem problem =
        Problem.retryAfter(
            ErrorCode.UPSTREAM_FAILED, what, Math.max(RETRY_MILLIS, retryAfterMillis));
    return new Fault(problem, status >= 500 ? Again.ELSEWHERE : Again.NOWHERE, status >= 500);
  }

  /** An error told inside an answer that had begun with status 200. */
  static Fault inStream(ErrorBody body) {
    int status = body.status();
    return status == 400 || status == 422 || status == 429 || status == 413
        ? ofStatus(status, body, RETRY_MILLIS)
        : new Fault(failed("the upstream told of an error in its answer"), Again.ELSEWHERE, true);
  }

  private static Problem limited(long retryAfterMillis) {
    return Problem.retryAfter(
        ErrorCode.RATE_LIMITED,
        "the upstream takes no more for now",
        retryAfterMillis > 0 ? retryAfterMillis : RETRY_MILLIS);
  }

  private static Problem invalid(ErrorBody body) {
    String param = body.param();
    String field = param != null && FIELD.matcher(param).matches() ? "/" + param : null;
    return new Problem(
        ErrorCode.INVALID_ARGUMENT, words("the upstream refused the request", body), field, 0);
  }

  private static Problem failed(String what) {
    return Problem.retryAfter(ErrorCode.UPSTREAM_FAILED, what, RETRY_MILLIS);
  }

  private static String words(String ours, ErrorBody body) {
    String theirs = shown(body.message());
    return theirs.isEmpty() ? ours : ours + ": " + theirs;
  }

  private static String shown(@Nullable String message) {
    if (message == null) {
      return "";
    }
    String cut =
        message.length() > LONGEST_WORDS ? message.substring(0, LONGEST_WORDS) + "..." : message;
    return cut.replaceAll("\\p{Cntrl}", " ").strip();
  }
}
