package dev.millrace.domain.error;

import org.jspecify.annotations.Nullable;

/**
 * One thing that went wrong, as a value: never thrown on the data path, so it carries no stack.
 *
 * @param code which
 * @param message for a person: the value found and the value expected; no prompt, no secret
 * @param field a JSON pointer into the request, such as {@code /input/prompt}, if one is to blame
 * @param retryAfterMillis when to come back; 0 when that is not known or cannot help
 */
public record Problem(
    ErrorCode code, String message, @Nullable String field, long retryAfterMillis) {

  public static Problem of(ErrorCode code, String message) {
    return new Problem(code, message, null, 0);
  }

  /** A field with the value found and the value expected. */
  public static Problem invalid(String field, String found, String expected) {
    return new Problem(
        ErrorCode.INVALID_ARGUMENT,
        field + ": " + found + " (expected: " + expected + ")",
        field,
        0);
  }

  public static Problem retryAfter(ErrorCode code, String message, long millis) {
    return new Problem(code, message, null, millis);
  }
}
