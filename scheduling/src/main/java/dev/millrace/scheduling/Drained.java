package dev.millrace.scheduling;

/**
 * How a drain ended.
 *
 * @param handedBack durable tasks that did not end here; the log has them, and the next start of
 *     the node runs them
 * @param cancelled tasks in memory only that were out of time
 */
public record Drained(int handedBack, int cancelled) {

  Drained plus(Drained other) {
    return new Drained(handedBack + other.handedBack, cancelled + other.cancelled);
  }
}
