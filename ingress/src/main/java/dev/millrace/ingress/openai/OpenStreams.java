package dev.millrace.ingress.openai;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers that are being streamed: one look in a while finds the idle and the stuck. One loop's.
 */
final class OpenStreams {

  private final Set<CompletionStream> open = new LinkedHashSet<>();

  void add(CompletionStream stream) {
    open.add(stream);
  }

  void remove(CompletionStream stream) {
    open.remove(stream);
  }

  /**
   * @param stuckNanos after which a client that takes nothing is given up
   */
  void sweep(long nowNanos, long stuckNanos) {
    for (CompletionStream stream : List.copyOf(open)) {
      stream.sweep(nowNanos, stuckNanos);
    }
  }

  int size() {
    return open.size();
  }
}
