package dev.millrace.runtime.worker.wire;

/** Which versions of the protocol go together: a node speaks its own and the one before. */
public final class Version {

  /** What this build speaks. */
  public static final int CURRENT = 1;

  private static final int FIRST = 1;

  private Version() {}

  /** Whether a node that speaks {@code current} takes a worker that speaks {@code found}. */
  public static boolean accepts(int found, int current) {
    return found <= current && found >= oldest(current);
  }

  /** The oldest version that a node of this one takes. */
  public static int oldest(int current) {
    return Math.max(FIRST, current - 1);
  }

  /** What a refused worker is told. */
  public static String refusal(int found, int current) {
    return "protocol version "
        + found
        + " (expected: "
        + (oldest(current) == current ? "" : oldest(current) + " or ")
        + current
        + ")";
  }
}
