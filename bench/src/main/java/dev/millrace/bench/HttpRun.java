package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench http} on its event loop: opens the connections, starts when all are there, opens
 * again what breaks, reports.
 */
final class HttpRun implements Run, HttpConnection.Listener {

  private static final long RECONNECT_MILLIS = 100;

  /** How soon a free connection and a due request meet when both come between two turns. */
  private static final long TICK_NANOS = 200_000;

  private final HttpPlan plan;
  private final Clock clock;
  private final Meters meters;
  private final Marks marks;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final HttpRequests requests;
  private final SocketBytes scratch = new SocketBytes();
  private final @Nullable HttpConnection[] connections;
  private final Ticker ticker;
  private final RateLine rates = new RateLine("sent", "answered");
  private final CompletableFuture<Report> done = new CompletableFuture<>();
  private @Nullable HttpLoad load;
  private int connected;
  private long reconnects;

  HttpRun(
      HttpPlan plan,
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
    this.requests = new HttpRequests(plan, target.authority(), key);
    this.connections = new @Nullable HttpConnection[plan.connections()];
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
    HttpConnection connection = new HttpConnection(index, scratch, this);
    connections[index] = connection;
    connection.connect(bootstrap);
  }

  private long turn(long now) {
    HttpLoad running = load;
    if (running == null) {
      return TICK_NANOS;
    }
    long nextDue = running.tick(now);
    boolean windowEnded = marks.pass(running.window(), now);
    boolean late = now - running.window().untilNanos() > plan.drain().toNanos();
    if (windowEnded && (running.settled(now) || late)) {
      finish(running, now);
    }
    return Math.min(TICK_NANOS, nextDue - now);
  }

  private void finish(HttpLoad running, long now) {
    ticker.stop();
    HttpTally tally = running.finish(now);
    for (HttpConnection connection : connections) {
      if (connection != null) {
        connection.close();
      }
    }
    done.complete(HttpReport.of(plan, tally, reconnects, meters));
  }

  @Override
  public void connected(int index) {
    HttpLoad running = load;
    if (running != null) {
      running.connected(index, clock.nanoTime());
    } else if (++connected == connections.length) {
      begin();
    }
  }

  private void begin() {
    meters.connected();
    long now = clock.nanoTime();
    HttpLoad running = new HttpLoad(plan.pace(), StatusKind.HTTP, this::send, now);
    load = running;
    for (int index = 0; index < connections.length; index++) {
      running.connected(index, now);
    }
  }

  private void send(int index, long request) {
    HttpConnection connection = connections[index];
    if (connection != null) {
      connection.send(requests.of(request));
    }
  }

  @Override
  public void answered(int index, int status, boolean closes) {
    HttpLoad running = load;
    if (running != null) {
      running.answered(index, status, closes, clock.nanoTime());
    }
  }

  @Override
  public void broken(int index, String reason) {
    HttpLoad running = load;
    if (running == null) {
      ticker.stop();
      done.completeExceptionally(new BenchFailure("a connection was not opened: " + reason));
      return;
    }
    running.broken(index, reason, clock.nanoTime());
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
    HttpLoad running = load;
    if (running == null) {
      return "connecting " + connected + "/" + plan.connections();
    }
    long now = clock.nanoTime();
    HttpTally tally = running.tally();
    Percentiles last = tally.lastSecond.take();
    return String.format(
        Locale.ROOT,
        "%s: %s, in flight %,d, p50 %.3f p99 %.3f max %.3f ms, failed %,d, reconnects %,d",
        running.window().phase(now),
        rates.line(now, tally.sent, tally.answered),
        running.inFlight(),
        last.p50(),
        last.p99(),
        last.max(),
        tally.failed(),
        reconnects);
  }
}
