package dev.millrace.kernel.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The log takes no records any more. */
public final class LogStoppedException extends IOException {

  LogStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
