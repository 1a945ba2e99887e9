package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens the sessions: at most {@link #WINDOW} handshakes at a time, at a rate where one is asked
 * for, and keeps the score of the set-up. Lives on the run's event loop.
 */
final class WsConnector {

  /** Below the usual backlog of a listener, so that a refusal is the server's own. */
  static final int WINDOW = 256;

  private static final long STALL_NANOS = 30_000_000_000L;

  private final int asked;
  private final Schedule pace;
  private final Clock clock;
  private final Bootstrap bootstrap;
  private final Function<Long, WsSession> factory;
  private final List<WsSession> open = new ArrayList<>();
  private final Set<WsSession> opening = new LinkedHashSet<>();
  private final Counts refusals = new Counts();
  private final Latency handshake = new Latency();
  private final long startNanos;
  private int started;
  private long lastNanos;

  /**
   * @param rate sessions opened a second, 0 for as fast as they are answered
   * @param factory makes a session that tells this connector how it went; takes the time
   */
  WsConnector(
      int sessions,
      double rate,
      Clock clock,
      Bootstrap bootstrap,
      Function<Long, WsSession> factory) {
    this.asked = sessions;
    this.clock = clock;
    this.startNanos = clock.nanoTime();
    this.lastNanos = startNanos;
    this.pace = new Schedule(startNanos, rate > 0 ? rate : 1e9, asked);
    this.factory = factory;
    this.bootstrap = bootstrap;
  }

  /** Starts what may start now; gives up on what has stood still for 30 s. */
  void pump() {
    long now = clock.nanoTime();
    while (opening.size() < WINDOW && pace.isDue(started, now)) {
      connect(now);
    }
    if (!opening.isEmpty() && now - lastNanos > STALL_NANOS) {
      for (WsSession session : List.copyOf(opening)) {
        session.end("no answer within 30 s");
      }
    }
  }

  private void connect(long now) {
    started++;
    WsSession session = factory.apply(now);
    opening.add(session);
    session.connect(bootstrap);
  }

  void opened(WsSession session) {
    lastNanos = clock.nanoTime();
    opening.remove(session);
    handshake.record(lastNanos - session.startedNanos());
    session.index(open.size());
    open.add(session);
    pump();
  }

  void refused(WsSession session, String reason) {
    lastNanos = clock.nanoTime();
    opening.remove(session);
    refusals.add(reason);
  }

  /** A session that was open and was closed by the server before the load began. */
  void lost(String reason) {
    refusals.add(reason);
  }

  boolean done() {
    return started == asked && opening.isEmpty();
  }

  List<WsSession> sessions() {
    return open;
  }

  Counts refusals() {
    return refusals;
  }

  Map<String, Object> summary() {
    double seconds = (lastNanos - startNanos) / 1e9;
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("asked", asked);
    map.put("opened", open.size());
    map.put("refused", refusals.total());
    if (refusals.total() > 0) {
      map.put("refusals", refusals.toMap());
    }
    map.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
    map.put("per_second", seconds > 0 ? Math.round(open.size() / seconds) : 0);
    return map;
  }

  Percentiles handshakes() {
    return handshake.summary();
  }
}
