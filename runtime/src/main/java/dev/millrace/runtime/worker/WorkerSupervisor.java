package dev.millrace.runtime.worker;

import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.FrameCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one process of a worker alive: starts it, lets it in, watches for its end or silence, kills
 * what is left of it, and starts the next after a growing pause. A thread of its own does this from
 * start to close; a next process is not started before the last one ended.
 */
final class WorkerSupervisor {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerSupervisor.class);
  private static final int SECRET_BYTES = 32;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LONGEST_STEP_MILLIS = 250;
  private static final long LAST_WORDS_MILLIS = 250;
  private static final Duration JOIN_MARGIN = Duration.ofSeconds(10);

  /** Is told which link is the living one; supervisor's thread. */
  interface Owner {
    void attached(WorkerLink link);

    void detached(WorkerLink link);
  }

  private final WorkerSettings settings;
  private final PrivateFolder folder;
  private final Clock clock;
  private final ModelRuntime.Listener listener;
  private final WorkerMeters meters;
  private final Owner owner;
  private final SecureRandom random = new SecureRandom();
  private final Backoff backoff = new Backoff();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable WorkerProcess process;
  private int incarnation;

  WorkerSupervisor(
      WorkerSettings settings,
      PrivateFolder folder,
      Clock clock,
      ModelRuntime.Listener listener,
      WorkerMeters meters,
      Owner owner) {
    this.settings = settings;
    this.folder = folder;
    this.clock = clock;
    this.listener = listener;
    this.meters = meters;
    this.owner = owner;
    this.thread =
        Thread.ofPlatform()
            .name("worker-supervisor-" + settings.name())
            .daemon(true)
            .unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** The process that runs now, or -1. */
  long pid() {
    WorkerProcess running = process;
    return running == null ? -1 : running.pid();
  }

  /** Drains, then kills; waits for it. */
  void close() throws InterruptedException {
    closing.complete(null);
    if (!thread.join(settings.timing().drain().plus(JOIN_MARGIN))) {
      LOG.error("the supervisor of worker {} did not end", settings.name());
    }
  }

  private void run() {
    try {
      while (!closing.isDone()) {
        long began = clock.nanoTime();
        runOnce();
        long lived = (clock.nanoTime() - began) / NANOS_PER_MILLI;
        await(closing, backoff.afterLifeOf(lived));
      }
    } catch (InterruptedException interrupted) {
      LOG.warn("the supervisor of worker {} was interrupted and ends", settings.name());
    }
  }

  private void runOnce() throws InterruptedException {
    String runtimeName = settings.name() + "#" + ++incarnation;
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    try {
      Path socket = folder.socket(settings.name(), incarnation);
      FrameCodec codec = new FrameCodec(clock);
      try (Door door = Door.open(socket, secret, terms(), codec)) {
        WorkerProcess started = WorkerProcess.start(runtimeName, settings, socket, secret, clock);
        meters.starts.increment();
        process = started;
        try {
          serve(runtimeName, started, door);
        } finally {
          started.kill();
          process = null;
        }
      }
    } catch (IOException | RuntimeException failure) {
      // Whatever it is, this thread is the only one that would try again.
      LOG.error("worker {} could not be run", runtimeName, failure);
    }
  }

  private Door.Terms terms() {
    return new Door.Terms(
        settings.limits().tokenCredits(),
        (int) settings.timing().heartbeat().toMillis(),
        settings.timing().hello());
  }

  private void serve(String runtimeName, WorkerProcess started, Door door)
      throws InterruptedException, IOException {
    await(
        CompletableFuture.anyOf(door.guest(), started.ended(), closing),
        settings.timing().hello().toMillis());
    Door.Guest guest = door.guest().getNow(null);
    door.close();
    if (guest == null) {
      if (!closing.isDone()) {
        LOG.error("worker {} did not register", runtimeName);
      }
      return;
    }
    WorkerLink link = link(runtimeName, guest);
    owner.attached(link);
    link.start();
    try {
      watch(link, started);
    } finally {
      link.end("its supervisor ended");
      await(link.ended(), JOIN_MARGIN.toMillis());
      owner.detached(link);
    }
  }

  private WorkerLink link(String runtimeName, Door.Guest guest) {
    WorkerSettings.Limits limits = settings.limits();
    Credits credits = new Credits(limits.tokenCredits());
    // Room for an assignment and a cancel of every lease, and for control.
    Connection.Limits room =
        new Connection.Limits(2 * limits.leases() + 4_096, limits.outboxBytes());
    Connection connection =
        Connection.open(
            "worker-writer-" + runtimeName, guest.channel(), guest.reader(), room, credits, clock);
    return new WorkerLink(runtimeName, connection, credits, limits.leases(), listener, meters);
  }

  /** Returns when the process or the link is to be given up. */
  private void watch(WorkerLink link, WorkerProcess running) throws InterruptedException {
    long limit = settings.timing().silence().toNanos();
    long step = Math.clamp(limit / NANOS_PER_MILLI / 10, 1, LONGEST_STEP_MILLIS);
    Silence silence = new Silence(limit, 2 * step * NANOS_PER_MILLI, clock.nanoTime());
    var change = CompletableFuture.anyOf(link.ended(), closing, running.ended());
    while (!await(change, step)) {
      if (silence.tooLong(link.beats(), clock.nanoTime())) {
        link.end("no sign of life for " + settings.timing().silence().toMillis() + " ms");
        return;
      }
    }
    if (closing.isDone() && !link.ended().isDone() && running.isAlive()) {
      link.drain();
      if (!await(link.ended(), settings.timing().drain().toMillis())) {
        link.end("not drained within " + settings.timing().drain().toMillis() + " ms");
      }
    } else if (!link.ended().isDone() && !await(link.ended(), LAST_WORDS_MILLIS)) {
      // The socket ends with the process, after what was written before; this is for when it hangs.
      link.end(running.ended().getNow("the process ended"));
    }
  }

  /** Whether the future completed in time. */
  private static boolean await(CompletableFuture<?> future, long millis)
      throws InterruptedException {
    try {
      future.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
