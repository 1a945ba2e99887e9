package dev.millrace.runtime.worker;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What a worker's engines report, as frames; on leases that it holds and on no other. Any thread of
 * an engine calls; each waits where the node is behind: a token for a credit, everything for room.
 */
final class ReportsToNode implements ModelRuntime.Listener {

  private static final int LONGEST_MESSAGE = 2_048;
  private static final int MOST_LABELS = 64;

  private final Connection connection;
  private final Semaphore credits;
  private final Consumer<String> onLost;
  private final Set<Long> held = ConcurrentHashMap.newKeySet();
  private final AtomicInteger running = new AtomicInteger();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private volatile boolean draining;

  ReportsToNode(Connection connection, int tokenCredits, Consumer<String> onLost) {
    this.connection = connection;
    this.credits = new Semaphore(tokenCredits);
    this.onLost = onLost;
  }

  void hold(long lease) {
    if (held.add(lease)) {
      running.incrementAndGet();
    }
  }

  void credit(int tokens) {
    credits.release(tokens);
  }

  /** Completes when nothing runs any more. */
  CompletableFuture<Void> drained() {
    draining = true;
    completeIfIdle();
    return idle;
  }

  @Override
  public void ready(int deployment, String runtimeName) {
    connection.put(new Frame.Ready(deployment));
  }

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {
    connection.put(new Frame.Unavailable(deployment, bounded(problem)));
  }

  @Override
  public void started(long lease) {
    if (held.contains(lease)) {
      connection.put(new Frame.Started(lease));
    }
  }

  @Override
  public void token(long lease, int id, String text) {
    if (held.contains(lease)) {
      // Ends with the process when the node is gone.
      credits.acquireUninterruptibly();
      connection.put(new Frame.Token(lease, id, text));
    }
  }

  @Override
  public void restarted(long lease) {
    if (held.contains(lease)) {
      connection.put(new Frame.Restarted(lease));
    }
  }

  @Override
  public void done(long lease, Result result) {
    Frame.Done frame = new Frame.Done(lease, result);
    if (frame.size() > Frame.MOST_BYTES) {
      fail(lease, "an answer of " + frame.size() + " bytes", Frame.MOST_BYTES + " bytes");
    } else if (result.labels().size() > MOST_LABELS) {
      fail(lease, result.labels().size() + " labels", String.valueOf(MOST_LABELS));
    } else {
      end(lease, frame);
    }
  }

  private void fail(long lease, String found, String most) {
    String message = found + " (expected: at most " + most + ")";
    failed(lease, Problem.of(ErrorCode.RUNTIME_FAILED, message));
  }

  @Override
  public void failed(long lease, Problem problem) {
    end(lease, new Frame.Failed(lease, bounded(problem)));
  }

  private void end(long lease, Frame frame) {
    if (held.remove(lease)) {
      connection.put(frame);
      // After the frame: the farewell must not overtake it.
      running.decrementAndGet();
      completeIfIdle();
    }
  }

  private void completeIfIdle() {
    if (draining && running.get() == 0) {
      idle.complete(null);
    }
  }

  /** The process has its own heartbeat. */
  @Override
  public void heartbeat(String runtimeName) {}

  @Override
  public void lost(String runtimeName, String reason) {
    onLost.accept(runtimeName + " is lost: " + reason);
  }

  private static Problem bounded(Problem problem) {
    String message = problem.message();
    if (message.length() <= LONGEST_MESSAGE) {
      return problem;
    }
    return new Problem(
        problem.code(),
        message.substring(0, LONGEST_MESSAGE) + "…",
        problem.field(),
        problem.retryAfterMillis());
  }
}
