package dev.millrace.bench;

import java.util.Locale;
import java.util.regex.Pattern;

/** A short name for why a socket failed, the same for all that failed alike. */
final class SocketFailure {

  /** What the native transport puts before the kernel's own words. */
  private static final Pattern CALL = Pattern.compile("^.*failed with error\\(-?\\d+\\): ");

  private SocketFailure() {}

  static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    // The address stands behind the words and a colon: it would make every reason a new one.
    String words = CALL.matcher(message).replaceFirst("").split(":", 2)[0];
    return words.strip().toLowerCase(Locale.ROOT);
  }
}
