package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes some sessions before the set-up that is measured: the first thousands are slow
 * in any JVM that has just started, here and in the node. Lives on the run's event loop.
 */
final class Rehearsal implements WsSession.Listener {

  /** What the node gets to let go of the closed sessions. */
  private static final long REST_NANOS = 1_000_000_000L;

  private final WsConnector connector;
  private @Nullable Long closedNanos;

  Rehearsal(int sessions, Clock clock, Bootstrap bootstrap, Upgrade upgrade, SocketBytes scratch) {
    this.connector =
        new WsConnector(
            sessions, 0, clock, bootstrap, now -> new WsSession(upgrade, scratch, this, now));
  }

  /** Goes on; true when it is over. */
  boolean turn(long nowNanos) {
    connector.pump();
    if (!connector.done()) {
      return false;
    }
    if (closedNanos == null) {
      closedNanos = nowNanos;
      connector.sessions().forEach(WsSession::close);
    }
    return nowNanos - closedNanos >= REST_NANOS;
  }

  @Override
  public void opened(WsSession session) {
    connector.opened(session);
  }

  @Override
  public void refused(WsSession session, String reason) {
    connector.refused(session, reason);
  }

  @Override
  public void message(WsSession session, byte[] bytes, int from, int length) {
    // Nothing was asked for yet; what a node says of itself is not of interest.
  }

  @Override
  public void closed(WsSession session, String reason) {
    connector.lost(reason);
  }
}
