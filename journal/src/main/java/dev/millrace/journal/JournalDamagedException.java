package dev.millrace.journal;

import dev.millrace.kernel.log.LogPosition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whole records that do not make sense together, or that a newer version wrote. */
public final class JournalDamagedException extends IOException {

  private final long position;

  JournalDamagedException(long position, String what, @Nullable Throwable cause) {
    super("the journal at log position " + LogPosition.text(position) + ": " + what, cause);
    this.position = position;
  }

  /** A {@link LogPosition}. */
  public long position() {
    return position;
  }
}
