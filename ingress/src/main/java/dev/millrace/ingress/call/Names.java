package dev.millrace.ingress.call;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in the names that clients give: nothing that hides in a log, turns the order of
 * what is read around, or looks like another name.
 */
final class Names {

  private static final int SESSION_LENGTH = 64;
  private static final int IDEMPOTENCY_LENGTH = 255;

  private Names() {}

  static @Nullable String session(@Nullable String value) {
    if (value != null && !isSession(value)) {
      throw new ProblemException(
          Problem.invalid(
              "/session",
              found(value, SESSION_LENGTH),
              "1.." + SESSION_LENGTH + " of A-Z, a-z, 0-9, _ and -"));
    }
    return value;
  }

  private static boolean isSession(String value) {
    if (value.isEmpty() || value.length() > SESSION_LENGTH) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (c < '0' || c > '9') && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  static @Nullable String idempotencyKey(@Nullable String value) {
    if (value != null
        && (value.isEmpty() || value.length() > IDEMPOTENCY_LENGTH || !isVisible(value))) {
      throw new ProblemException(
          Problem.invalid(
              "/idempotency_key",
              found(value, IDEMPOTENCY_LENGTH),
              "1.." + IDEMPOTENCY_LENGTH + " visible characters of ASCII"));
    }
    return value;
  }

  /** A name that no model can have is refused before it is repeated in a message. */
  static void model(String value) {
    if (!isVisible(value)) {
      throw new ProblemException(
          Problem.invalid("/model", "a name of other characters", "visible characters of ASCII"));
    }
  }

  private static boolean isVisible(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ' || value.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static String found(String value, int longest) {
    return value.isEmpty() || value.length() > longest
        ? value.length() + " characters"
        : "other characters";
  }
}
