package dev.millrace.bench;

import dev.millrace.kernel.Clock;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench grpc} on its event loop: opens the connections, starts when all are there, opens
 * again what breaks, reports.
 */
final class GrpcRun implements Run, GrpcConnection.Listener, GrpcCalls.Outcome {

  private static final long AGAIN_MILLIS = 100;

  /** How soon a free stream and a due request meet when both come between two turns. */
  private static final long TICK_NANOS = 200_000;

  private final GrpcPlan plan;
  private final Target target;
  private final @Nullable String key;
  private final Clock clock;
  private final Meters meters;
  private final Marks marks;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final GrpcRequests requests;
  private final SocketBytes scratch = new SocketBytes();
  private final GrpcLane[] lanes;
  private final @Nullable GrpcConnection[] connections;
  private final Ticker ticker;
  private final RateLine rates = new RateLine("sent", "answered");
  private final CompletableFuture<Report> done = new CompletableFuture<>();
  private @Nullable HttpLoad load;
  private @Nullable GrpcCalls calls;
  private int ready;
  private long reconnects;

  GrpcRun(
      GrpcPlan plan,
      Target target,
      @Nullable String key,
      Clock clock,
      Transport transport,
      Meters meters) {
    this.plan = plan;
    this.target = target;
    this.key = key;
    this.clock = clock;
    this.meters = meters;
    this.marks = new Marks(meters);
    this.loop = transport.loop();
    this.bootstrap = transport.bootstrap(target.address());
    this.requests = new GrpcRequests(plan);
    this.connections = new @Nullable GrpcConnection[plan.connections()];
    this.lanes = new GrpcLane[plan.streams()];
    this.ticker = new Ticker(loop, clock, this::turn);
    for (int slot = 0; slot < lanes.length; slot++) {
      lanes[slot] = new GrpcLane(slot);
    }
  }

  @Override
  public CompletableFuture<Report> start() {
    for (int index = 0; index < connections.length; index++) {
      connect(index);
    }
    ticker.start();
    return done;
  }

  private int connectionOf(GrpcLane lane) {
    return lane.slot % connections.length;
  }

  private void connect(int index) {
    List<GrpcLane> own = new ArrayList<>();
    for (int slot = index; slot < lanes.length; slot += connections.length) {
      own.add(lanes[slot]);
    }
    GrpcConnection connection;
    try {
      connection = new GrpcConnection(plan, target.authority(), key, scratch, own, this);
    } catch (Http2Exception impossible) {
      throw new BenchFailure("no reader of headers: " + impossible.getMessage(), impossible);
    }
    connections[index] = connection;
    connection.connect(bootstrap);
  }

  private long turn(long now) {
    HttpLoad running = load;
    if (running == null) {
      return TICK_NANOS;
    }
    long nextDue = running.tick(now);
    flush();
    boolean windowEnded = marks.pass(running.window(), now);
    boolean late = now - running.window().untilNanos() > plan.drain().toNanos();
    if (windowEnded && (running.settled(now) || late)) {
      finish(running, now);
    }
    return Math.min(TICK_NANOS, nextDue - now);
  }

  private void flush() {
    for (GrpcConnection connection : connections) {
      if (connection != null) {
        connection.flush();
      }
    }
  }

  private void finish(HttpLoad running, long now) {
    ticker.stop();
    HttpTally tally = running.finish(now);
    for (GrpcConnection connection : connections) {
      if (connection != null) {
        connection.close();
      }
    }
    done.complete(GrpcReport.of(plan, tally, reconnects, meters));
  }

  @Override
  public void opened(GrpcConnection connection) {
    if (load != null) {
      connection.lanes().forEach(this::free);
    } else if (++ready == connections.length) {
      begin();
    }
  }

  private void begin() {
    meters.connected();
    HttpLoad running = new HttpLoad(plan.pace(), StatusKind.GRPC, this::send, clock.nanoTime());
    load = running;
    calls = new GrpcCalls(plan.streaming(), this, running.tally().violations);
    for (GrpcLane lane : lanes) {
      free(lane);
    }
    flush();
  }

  /** The lane can take a request. */
  private void free(GrpcLane lane) {
    HttpLoad running = load;
    GrpcConnection connection = connections[connectionOf(lane)];
    if (running != null && connection != null && connection.isReady()) {
      if (plan.streaming() && lane.stream == 0) {
        connection.open(lane);
      }
      running.connected(lane.slot, clock.nanoTime());
    }
  }

  private void send(int slot, long request) {
    GrpcLane lane = lanes[slot];
    GrpcConnection connection = connections[connectionOf(lane)];
    if (connection != null) {
      lane.ask(requests.of(request), requests.idOf(request));
      if (!plan.streaming()) {
        connection.open(lane);
      }
      connection.push(lane);
    }
  }

  @Override
  public void headers(GrpcLane lane, HeaderBlocks.Said said) {
    if (calls != null) {
      calls.headers(lane, said);
    }
  }

  @Override
  public void message(GrpcLane lane, byte[] bytes, int from, int until) {
    if (calls != null) {
      calls.message(lane, bytes, from, until);
    }
  }

  @Override
  public void ended(GrpcLane lane) {
    if (calls != null) {
      calls.ended(lane);
    }
  }

  @Override
  public void reset(GrpcLane lane, String reason) {
    if (calls != null) {
      calls.reset(lane, reason);
    }
  }

  @Override
  public void readComplete() {
    // Requests that are due may have gone to other connections than the one that was read.
    if (plan.pace().openLoop()) {
      flush();
    }
  }

  @Override
  public void answered(GrpcLane lane, int status) {
    HttpLoad running = load;
    if (running != null) {
      running.answered(lane.slot, status, false, clock.nanoTime());
    }
  }

  @Override
  public void broken(GrpcLane lane, String reason) {
    HttpLoad running = load;
    if (running != null) {
      running.broken(lane.slot, reason, clock.nanoTime());
      // Not at once: a server that refuses would keep the loop busy with refusals.
      loop.schedule(() -> again(lane), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void again(GrpcLane lane) {
    if (!done.isDone()) {
      free(lane);
      flush();
    }
  }

  @Override
  public void lost(GrpcConnection connection, String reason) {
    HttpLoad running = load;
    if (running == null) {
      ticker.stop();
      done.completeExceptionally(new BenchFailure("a connection was not opened: " + reason));
      return;
    }
    for (GrpcLane lane : connection.lanes()) {
      lane.close();
      running.broken(lane.slot, reason, clock.nanoTime());
    }
    reconnects++;
    int index = connectionOf(connection.lanes().getFirst());
    loop.schedule(() -> reconnect(index), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
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
      return "connecting " + ready + "/" + plan.connections();
    }
    long now = clock.nanoTime();
    HttpTally tally = running.tally();
    Percentiles last = tally.lastSecond.take();
    return String.format(
        Locale.ROOT,
        "%s: %s, in flight %,d, p50 %.3f p99 %.3f max %.3f ms, failed %,d, violations %,d",
        running.window().phase(now),
        rates.line(now, tally.sent, tally.answered),
        running.inFlight(),
        last.p50(),
        last.p99(),
        last.max(),
        tally.failed(),
        tally.violations.total());
  }
}
