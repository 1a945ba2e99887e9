package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench sse} on its event loop: opens the connections, starts when all are there, opens
 * again what breaks, reports.
 */
final class SseRun implements Run, SseConnection.Listener {

  private static final long RECONNECT_MILLIS = 100;

  /** How soon a free connection and a due stream meet when both come between two turns. */
  private static final long TICK_NANOS = 200_000;

  private final SsePlan plan;
  private final Clock clock;
  private final Meters meters;
  private final Marks marks;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final SseRequests requests;
  private final SocketBytes scratch = new SocketBytes();
  private final @Nullable SseConnection[] connections;
  private final Ticker ticker;
  private final RateLine rates = new RateLine("begun", "acked", "events");
  private final CompletableFuture<Report> done = new CompletableFuture<>();
  private @Nullable SseLoad load;
  private int connected;
  private long reconnects;

  SseRun(
      SsePlan plan,
      Target target,
      @Nullable String key,
      Clock clock,
      Transport transport,
      Meters meters) {
    this.plan = plan;
    this.clock = clock;
    this.meters = meters;
    this.marks = new Marks(meters);
    this.loop = transport.loop();
    this.bootstrap = transport.bootstrap(target.address());
    this.requests = new SseRequests(plan, target.authority(), key);
    this.connections = new @Nullable SseConnection[plan.connections()];
    this.ticker = new Ticker(loop, clock, this::turn);
  }

  @Override
  public CompletableFuture<Report> start() {
    for (int index = 0; index < connections.length; index++) {
      connect(index);
    }
    ticker.start();
    return done;
  }

  private void connect(int index) {
    SseConnection connection = new SseConnection(index, plan.target(), requests, scratch, this);
    connections[index] = connection;
    connection.connect(bootstrap);
  }

  private long turn(long now) {
    SseLoad running = load;
    if (running == null) {
      return TICK_NANOS;
    }
    long nextDue = running.tick(now);
    boolean windowEnded = marks.pass(running.window(), now);
    boolean late = now - running.window().untilNanos() > plan.drain().toNanos();
    if (windowEnded && (running.settled() || late)) {
      finish(running, now);
    }
    return Math.min(TICK_NANOS, nextDue - now);
  }

  private void finish(SseLoad running, long now) {
    ticker.stop();
    WsTally tally = running.finish(now);
    for (SseConnection connection : connections) {
      if (connection != null) {
        connection.close();
      }
    }
    done.complete(SseReport.of(plan, tally, reconnects, meters));
  }

  @Override
  public void connected(int index) {
    SseLoad running = load;
    if (running != null) {
      running.connected(index, clock.nanoTime());
    } else if (++connected == connections.length) {
      begin();
    }
  }

  private void begin() {
    meters.connected();
    long now = clock.nanoTime();
    SseLoad running = new SseLoad(plan, this::send, now);
    load = running;
    for (int index = 0; index < connections.length; index++) {
      running.connected(index, now);
    }
  }

  private void send(int index, long task) {
    SseConnection connection = connections[index];
    if (connection != null) {
      connection.begin(task);
    }
  }

  @Override
  public void acked(int index) {
    if (load != null) {
      load.acked(index, clock.nanoTime());
    }
  }

  @Override
  public void refused(int index, int status) {
    if (load != null) {
      load.refused(index, status);
    }
  }

  @Override
  public void event(int index, Frame frame) {
    if (load != null) {
      load.event(index, frame, clock.nanoTime());
    }
  }

  @Override
  public void violation(Violation kind) {
    if (load != null) {
      load.tally().violate(kind);
    }
  }

  @Override
  public void error(int index, String code) {
    if (load != null) {
      load.error(index, code);
    }
  }

  @Override
  public void finished(int index, boolean streamDone, boolean closes) {
    if (load != null) {
      load.finished(index, streamDone, closes, clock.nanoTime());
    }
  }

  @Override
  public void broken(int index, String reason) {
    SseLoad running = load;
    if (running == null) {
      ticker.stop();
      done.completeExceptionally(new BenchFailure("a connection was not opened: " + reason));
      return;
    }
    running.broken(index, reason);
    reconnects++;
    // Not at once: a server that is gone would keep the loop busy with refusals.
    loop.schedule(() -> reconnect(index), RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void reconnect(int index) {
    if (!done.isDone()) {
      connect(index);
    }
  }

  @Override
  public String progress() {
    SseLoad running = load;
    if (running == null) {
      return "connecting " + connected + "/" + plan.connections();
    }
    long now = clock.nanoTime();
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
