package dev.millrace.scheduling;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way through a pool, from dispatch to its end; it is its own timer, which fires at
 * the deadline or at the longest stay in the lane, whichever is next.
 *
 * <p>Ownership: the pool's thread, but for {@link #requestCancel}, which is for any thread.
 */
final class TaskRun extends TimerWheel.Timer {

  enum Phase {
    /** Dispatched, not yet seen by the pool's thread. */
    ARRIVING,
    WAITING,
    RUNNING,
    ENDED
  }

  /** Called when a run's time is up. */
  @FunctionalInterface
  interface TimeUp {
    void timeUp(TaskRun run, long nowNanos);
  }

  private static final int[] NOTHING_RECORDED = {};

  final Task task;
  final Deployment deployment;
  final StreamWriter stream;
  private final AtomicReference<@Nullable CancelReason> cancelled = new AtomicReference<>();

  Phase phase = Phase.ARRIVING;

  /** Its place in a lane while it holds one. */
  private @Nullable Places place;

  /** Where its input is counted until it ends. */
  private @Nullable InputBytes inputs;

  private @Nullable TimeUp timeUp;

  /** Grows with each arrival in the pool: who came before whom. */
  long arrival;

  /** When it entered the lane, the last time. */
  long laneSince;

  /** Where it waits or ran last. */
  @Nullable DeploymentQueue queue;

  /** What it runs under. */
  @Nullable Lease lease;

  int attempt;

  /** Tokens of all attempts, and of those before the present one. */
  int tokens;

  int earlierTokens;

  /** Where in the recorded tokens the answer begins: not 0 after a restart. */
  private int answerFrom;

  private int deaths;
  private int loneDeaths;

  /** The neighbours in the order that it waits in; owned by that order. */
  @Nullable TaskRun ahead;

  @Nullable TaskRun behind;

  TaskRun(
      Task task,
      Deployment deployment,
      StreamWriter stream,
      @Nullable Places place,
      @Nullable InputBytes inputs) {
    this.task = task;
    this.deployment = deployment;
    this.stream = stream;
    this.place = place;
    this.inputs = inputs;
  }

  /**
   * Goes on where an earlier life of the node was: a stream that has events had an attempt, whose
   * tokens are extended and paid for; so may have had one whose only event says that its events
   * were lost. How many attempts there were is not recorded.
   */
  void resume() {
    if (stream.nextNumber() > 0) {
      attempt = 1;
      tokens = stream.tokenIds().length;
    }
  }

  TaskClass taskClass() {
    return task.taskClass();
  }

  /** True for the first who asks; any thread. */
  boolean requestCancel(CancelReason reason) {
    return cancelled.compareAndSet(null, reason);
  }

  @Nullable CancelReason cancelReason() {
    return cancelled.get();
  }

  void onTimeUp(TimeUp handler) {
    this.timeUp = handler;
  }

  @Override
  protected void fired(long nowNanos) {
    TimeUp handler = timeUp;
    if (handler != null) {
      handler.timeUp(this, nowNanos);
    }
  }

  boolean late(long nowNanos) {
    return task.deadlineNanos() - nowNanos <= 0;
  }

  void releasePlace() {
    Places held = place;
    if (held != null) {
      place = null;
      held.release(taskClass());
    }
  }

  void releaseInput() {
    InputBytes counted = inputs;
    if (counted != null) {
      inputs = null;
      counted.release(task.input().size());
    }
  }

  /** A worker died under it; {@code lone} when nothing else ran there. */
  void diedWithWorker(boolean lone) {
    deaths++;
    if (lone) {
      loneDeaths++;
    }
  }

  int loneDeaths() {
    return loneDeaths;
  }

  /** After a worker's death it is never mixed into a batch again. */
  boolean runsAlone() {
    return deaths > 0;
  }

  /**
   * After a second death nothing else may run in its worker, or the guilty one among runs side by
   * side would never be known.
   */
  boolean needsWholeHost() {
    return deaths > 1;
  }

  /** The answer begins anew after what is recorded by now. */
  void restarted() {
    // Asked of the stream after the notice was appended: whether it forgets the tokens before a
    // restart or keeps them, the answer begins where the list ends now.
    answerFrom = stream.tokenIds().length;
  }

  /** The tokens that a further attempt extends. */
  int[] recordedIds() {
    if (tokens == 0 || !deployment.spec().generates()) {
      return NOTHING_RECORDED;
    }
    int[] all = stream.tokenIds();
    return answerFrom == 0 ? all : Arrays.copyOfRange(all, answerFrom, all.length);
  }
}
