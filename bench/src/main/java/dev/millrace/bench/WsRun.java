package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench ws} on its event loop: opens the sessions, runs the load, waits for the ends, closes
 * the sessions, reports.
 */
final class WsRun implements Run, WsSession.Listener {

  private static final long CONNECT_TICK_NANOS = 1_000_000;

  private final WsPlan plan;
  private final Clock clock;
  private final Meters meters;
  private final Marks marks;
  private final Supplier<WsConnector> connecting;
  private final @Nullable Rehearsal rehearsal;
  private @Nullable WsConnector connector;
  private final Ticker ticker;
  private final SubmitMessage submission;
  private final CompletableFuture<Report> done = new CompletableFuture<>();
  private @Nullable WsLoad load;
  private long nextDue = Long.MAX_VALUE;
  private final RateLine rates = new RateLine("sent", "acked", "frames");

  WsRun(
      WsPlan plan,
      Target target,
      @Nullable String key,
      Clock clock,
      Transport transport,
      Meters meters) {
    this.plan = plan;
    this.clock = clock;
    this.meters = meters;
    this.marks = new Marks(meters);
    this.submission = new SubmitMessage(plan);
    Upgrade upgrade = new Upgrade(target.authority(), key);
    SocketBytes scratch = new SocketBytes();
    Bootstrap bootstrap = transport.bootstrap(target.address());
    this.rehearsal =
        plan.connectWarmup() == 0
            ? null
            : new Rehearsal(plan.connectWarmup(), clock, bootstrap, upgrade, scratch);
    this.connecting =
        () ->
            new WsConnector(
                plan.sessions(),
                plan.connectRate(),
                clock,
                bootstrap,
                now -> new WsSession(upgrade, scratch, this, now));
    this.ticker = new Ticker(transport.loop(), clock, this::turn);
  }

  @Override
  public CompletableFuture<Report> start() {
    ticker.start();
    return done;
  }

  private long turn(long now) {
    WsLoad running = load;
    if (running == null) {
      return connect(now);
    }
    nextDue = running.tick(now);
    boolean windowEnded = marks.pass(running.window(), now);
    boolean late = now - running.window().untilNanos() > plan.drain().toNanos();
    if (windowEnded && (running.settled() || late)) {
      finish(running, now);
    }
    return nextDue == Long.MAX_VALUE ? Long.MAX_VALUE : nextDue - now;
  }

  private long connect(long now) {
    if (connector == null) {
      if (rehearsal != null && !rehearsal.turn(now)) {
        return CONNECT_TICK_NANOS;
      }
      meters.begin();
      connector = connecting.get();
    }
    WsConnector opening = connector;
    opening.pump();
    if (opening.done()) {
      if (opening.sessions().isEmpty()) {
        ticker.stop();
        done.completeExceptionally(
            new BenchFailure("no session was opened: " + opening.refusals().toMap()));
      } else {
        meters.connected();
        load = new WsLoad(plan, opening.sessions().size(), this::submit, now);
      }
    }
    return CONNECT_TICK_NANOS;
  }

  private WsConnector connector() {
    return Objects.requireNonNull(connector, "sessions speak only after they were made");
  }

  private boolean submit(int session, long task) {
    return connector().sessions().get(session).send(submission, task);
  }

  private void finish(WsLoad running, long now) {
    ticker.stop();
    WsTally tally = running.finish(now);
    for (WsSession session : connector().sessions()) {
      session.close();
    }
    done.complete(WsReport.of(plan, connector(), tally, meters));
  }

  @Override
  public void opened(WsSession session) {
    connector().opened(session);
  }

  @Override
  public void refused(WsSession session, String reason) {
    connector().refused(session, reason);
  }

  @Override
  public void message(WsSession session, byte[] bytes, int from, int length) {
    WsLoad running = load;
    if (running == null) {
      return;
    }
    long now = clock.nanoTime();
    running.message(session.index(), bytes, from, length, now);
    if (now - nextDue >= 0 && nextDue != Long.MAX_VALUE) {
      // Thousands of sockets may wait to be read; what is due must not wait for all of them.
      nextDue = running.tick(now);
    }
  }

  @Override
  public void closed(WsSession session, String reason) {
    WsLoad running = load;
    if (running == null) {
      connector().lost(reason);
    } else {
      running.tally().closedByReason.add(reason);
    }
  }

  @Override
  public String progress() {
    long now = clock.nanoTime();
    WsLoad running = load;
    if (running == null) {
      return connector == null
          ? "rehearsing the set-up"
          : "connecting " + connector.sessions().size() + "/" + plan.sessions() + " sessions";
    }
    WsTally tally = running.tally();
    Percentiles ack = tally.ackLastSecond.take();
    return String.format(
        Locale.ROOT,
        "%s: %s, in flight %,d, ack p50 %.3f p99 %.3f max %.3f ms, busy %,d, violations %,d",
        running.window().phase(now),
        rates.line(now, tally.submitted, tally.acked, tally.frames),
        running.inFlight(),
        ack.p50(),
        ack.p99(),
        ack.max(),
        tally.busyByCode.total(),
        tally.violations());
  }
}
