package dev.millrace.domain.snapshot;

/**
 * Limits that doors hold each request to.
 *
 * @param jsonBytes of a JSON body
 * @param tensorBytes of a V2 body
 * @param jsonDepth of nesting
 * @param maxTokens a generator may be asked for
 * @param deadlineMillis the longest that may be asked for
 * @param bodyMillis in which a body must have arrived
 * @param tasksPerSocket in flight on one WebSocket
 * @param slowReaderMillis after which a socket that takes nothing is closed
 */
public record RequestLimits(
    int jsonBytes,
    int tensorBytes,
    int jsonDepth,
    int maxTokens,
    long deadlineMillis,
    long bodyMillis,
    int tasksPerSocket,
    long slowReaderMillis) {

  public static final RequestLimits DEFAULT =
      new RequestLimits(8 << 20, 64 << 20, 64, 4_096, 3_600_000, 30_000, 1_024, 30_000);
}
