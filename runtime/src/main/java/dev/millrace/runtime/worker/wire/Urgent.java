package dev.millrace.runtime.worker.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a writer sends before what waits in its outbox, and what needs no room there because it is
 * summed up: a node's credits, a worker's heartbeat. Called on the writer's thread.
 */
public interface Urgent {

  /** The frame that is due now, if one is. */
  @Nullable Frame next(long nowNanos);

  /** When one becomes due by time alone; {@link Long#MAX_VALUE} for never. */
  default long nextDeadline() {
    return Long.MAX_VALUE;
  }
}
