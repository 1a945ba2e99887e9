package dev.millrace.runtime.worker;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's end of one incarnation of a worker, and the leases that it holds.
 *
 * <p>Ownership: the reader's thread alone reports to the listener (but for refusals of an
 * assignment), so nothing is reported after the loss. Any thread may assign, cancel and end.
 */
final class WorkerLink {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerLink.class);
  private static final long RETRY_MILLIS = 1_000;

  private enum Lease {
    RUNNING,
    CANCELLED
  }

  private final String runtimeName;
  private final Connection connection;
  private final Credits credits;
  private final int mostLeases;
  private final ModelRuntime.Listener listener;
  private final WorkerMeters meters;
  private final ConcurrentMap<Long, Lease> leases = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final AtomicLong beats = new AtomicLong();
  private volatile boolean draining;
  private volatile boolean lossReported;

  WorkerLink(
      String runtimeName,
      Connection connection,
      Credits credits,
      int mostLeases,
      ModelRuntime.Listener listener,
      WorkerMeters meters) {
    this.runtimeName = runtimeName;
    this.connection = connection;
    this.credits = credits;
    this.mostLeases = mostLeases;
    this.listener = listener;
    this.meters = meters;
  }

  void start() {
    Thread.ofPlatform().name("worker-reader-" + runtimeName).daemon(true).start(this::read);
  }

  String runtimeName() {
    return runtimeName;
  }

  /** Completes, with the reason, after the loss was reported. */
  CompletableFuture<String> ended() {
    return ended;
  }

  /** Signs of life so far. */
  long beats() {
    return beats.get();
  }

  /** Whether whoever assigns now can no longer count on the report of the loss. */
  boolean lossReported() {
    return lossReported;
  }

  /** Sends a frame of control, waiting for room. */
  void send(Frame.FromNode frame) {
    connection.put(frame);
  }

  void drain() {
    draining = true;
    send(new Frame.Drain());
  }

  /** Ends the link for a reason; what it holds is lost. */
  void end(String why) {
    reason.compareAndSet(null, why);
    connection.closeChannel();
  }

  /** Queues the attempts or reports them failed; never waits. */
  void assign(int deployment, List<Attempt> attempts) {
    Batches batches = Batches.of(deployment, attempts);
    for (Attempt attempt : batches.tooLarge()) {
      String message =
          "an input of " + attempt.task().input().size() + " bytes (expected: less than 64 MiB)";
      listener.failed(attempt.lease(), Problem.of(ErrorCode.TOO_LARGE, message));
    }
    for (Frame.Assign frame : batches.frames()) {
      assign(frame);
    }
  }

  private void assign(Frame.Assign frame) {
    List<Attempt> attempts = frame.attempts();
    if (leases.size() + attempts.size() > mostLeases) {
      refuse(attempts, "it holds " + leases.size() + " of " + mostLeases + " leases");
      return;
    }
    // Before the frame: the worker may answer before this thread goes on.
    attempts.forEach(attempt -> leases.put(attempt.lease(), Lease.RUNNING));
    if (!connection.offer(frame) && connection.isOpen()) {
      attempts.forEach(attempt -> leases.remove(attempt.lease()));
      refuse(attempts, "what waits for it is at its limit");
    }
    // Not sent because the link is closed: the reader is about to report the loss.
  }

  private void refuse(List<Attempt> attempts, String why) {
    Problem problem =
        Problem.retryAfter(
            ErrorCode.OVERLOADED, "worker " + runtimeName + ": " + why, RETRY_MILLIS);
    attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
  }

  /** Once for each lease that is held, so that cancels cannot fill the outbox. */
  void cancel(long lease) {
    if (leases.replace(lease, Lease.RUNNING, Lease.CANCELLED)
        && !connection.offer(new Frame.Cancel(lease))
        && connection.isOpen()) {
      LOG.warn("worker {}: no room to cancel lease {}; it runs on", runtimeName, lease);
    }
  }

  private void read() {
    boolean saidBye = false;
    try {
      Frame frame;
      while (!saidBye && (frame = connection.read()) != null) {
        saidBye = handle(frame);
      }
      reason.compareAndSet(null, saidBye ? "it said bye" : "its connection ended");
    } catch (MalformedBytes malformed) {
      reason.compareAndSet(null, "it broke the protocol: " + malformed.getMessage());
    } catch (IOException failure) {
      reason.compareAndSet(null, "its connection ended: " + failure.getMessage());
    } catch (RuntimeException defect) {
      LOG.error("worker {}: a report could not be taken", runtimeName, defect);
      reason.compareAndSet(null, "a report could not be taken: " + defect);
    } finally {
      finish(saidBye && draining && leases.isEmpty());
    }
  }

  private void finish(boolean clean) {
    connection.closeChannel();
    String why = String.valueOf(reason.get());
    try {
      if (!clean) {
        LOG.warn("worker {} is lost: {}; {} leases are void", runtimeName, why, leases.size());
        meters.losses.increment();
        listener.lost(runtimeName, why);
      }
    } finally {
      lossReported = true;
      leases.clear();
      connection.close();
      ended.complete(why);
    }
  }

  /** True for the last frame. */
  private boolean handle(Frame frame) {
    switch (frame) {
      case Frame.Token(var lease, var id, var text) -> token(lease, id, text);
      case Frame.Started(var lease) -> {
        if (holds(lease)) {
          listener.started(lease);
        }
      }
      case Frame.Restarted(var lease) -> {
        if (holds(lease)) {
          listener.restarted(lease);
        }
      }
      case Frame.Done(var lease, var result) -> {
        if (gives(lease)) {
          listener.done(lease, result);
        }
      }
      case Frame.Failed(var lease, var problem) -> {
        if (gives(lease)) {
          listener.failed(lease, problem);
        }
      }
      case Frame.Heartbeat() -> {
        beats.incrementAndGet();
        listener.heartbeat(runtimeName);
      }
      case Frame.Ready(var deployment) -> listener.ready(deployment, runtimeName);
      case Frame.Unavailable(var deployment, var problem) ->
          listener.unavailable(deployment, runtimeName, problem);
      case Frame.Bye() -> {
        return true;
      }
      case Frame.Hello hello ->
          throw new MalformedBytes("a second hello of pid " + hello.pid() + " (expected: none)");
      case Frame.FromNode mine ->
          throw new MalformedBytes(
              "a " + mine.getClass().getSimpleName() + " (expected: a frame of a worker)");
    }
    return false;
  }

  private void token(long lease, int id, String text) {
    if (!credits.take()) {
      throw new MalformedBytes("a token beyond its credits (expected: none before a credit)");
    }
    if (holds(lease)) {
      listener.token(lease, id, text);
    }
    if (credits.handedOn()) {
      connection.wake();
    }
  }

  private boolean holds(long lease) {
    return counted(leases.containsKey(lease));
  }

  private boolean gives(long lease) {
    return counted(leases.remove(lease) != null);
  }

  private boolean counted(boolean held) {
    if (!held) {
      meters.droppedReports.increment();
    }
    return held;
  }
}
