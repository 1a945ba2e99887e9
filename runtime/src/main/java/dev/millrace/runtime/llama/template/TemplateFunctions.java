package dev.millrace.runtime.llama.template;

import org.jspecify.annotations.Nullable;

/** What templates may call. Public, because templates are run by a library. */
public final class TemplateFunctions {

  private static final int LONGEST = 200;

  private TemplateFunctions() {}

  /** A template's own refusal. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Raised(String message) {
      super(message, null, false, false);
    }
  }

  /** {@code raise_exception(message)}: how templates refuse messages. */
  public static String raise(Object message) {
    String text = String.valueOf(message).replaceAll("\\p{Cntrl}", " ");
    throw new Raised(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
  }

  /** The refusal behind an exception, if one is. */
  static @Nullable String raisedIn(@Nullable Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof Raised raised) {
        return raised.getMessage();
      }
    }
    return null;
  }
}
