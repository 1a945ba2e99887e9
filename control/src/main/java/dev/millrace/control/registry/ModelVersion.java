package dev.millrace.control.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version as the registry lists it.
 *
 * @param digest recorded when it was added; of a bundled one, pinned in the repository
 * @param bytes of all files; 0 when it cannot be read
 * @param bundled whether it came with the program
 * @param inProcess whether its digest may run in the node
 * @param state what can be done with it
 * @param problems why not, when it cannot be used
 */
public record ModelVersion(
    String name,
    String version,
    String digest,
    long bytes,
    boolean bundled,
    boolean inProcess,
    State state,
    List<String> problems) {

  /** Whether a version can be deployed. */
  public enum State {
    USABLE,
    /** Whole, but nothing in this program runs it. */
    UNSUPPORTED,
    /** Not what its digest says, or unreadable: never loads. */
    BROKEN
  }

  /** The first problem, if there is one. */
  public @Nullable String problem() {
    return problems.isEmpty() ? null : problems.getFirst();
  }
}
