package dev.millrace.domain.port;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs attempts: in this process, in a worker, or at another server. Called by the one thread that
 * owns the pool's lanes; no method waits.
 */
public interface ModelRuntime {

  /**
   * Runs the attempts as one batch. Each lease gets exactly one of {@code done} and {@code failed},
   * unless the runtime is lost first.
   *
   * @param attempts for one deployment; at least one
   */
  void assign(Deployment deployment, List<Attempt> attempts);

  /** Stops the attempt as soon as it can; it still ends with {@code done} or {@code failed}. */
  void cancel(long lease);

  /**
   * Asks an attempt to pause, for its client reads slower than it answers, or to go on. A runtime
   * that cannot be slowed goes on all the same.
   */
  default void pace(long lease, boolean go) {}

  /**
   * One run of a task under one lease.
   *
   * @param lease unique and growing over the node's whole life; what a result must name
   * @param number 1 for the first attempt
   * @param task what to run
   * @param recordedIds token ids of earlier attempts: the prefix to extend; empty for the first
   * @param remainingMillis until the deadline, at assignment
   */
  record Attempt(long lease, int number, Task task, int[] recordedIds, long remainingMillis) {}

  /**
   * What a runtime reports; any thread, no wait. Reports on unknown leases are dropped and counted.
   */
  interface Listener {

    /** The deployment answered its sample here and takes work. */
    void ready(int deployment, String runtimeName);

    /** The deployment cannot be served here: why. */
    void unavailable(int deployment, String runtimeName, Problem problem);

    /** The model began with this attempt. */
    void started(long lease);

    /** One more token. */
    void token(long lease, int id, String text);

    /** The attempt begins its answer anew: it could not extend what was recorded. */
    void restarted(long lease);

    /** The attempt ended well. */
    void done(long lease, Result result);

    /** The attempt ended badly; the problem is the task's unless the runtime was lost. */
    void failed(long lease, Problem problem);

    /** The worker is alive and holds its leases for another while. */
    void heartbeat(String runtimeName);

    /** The worker died: its leases are void and come back at once. */
    void lost(String runtimeName, String reason);
  }

  /**
   * What a finished attempt gives.
   *
   * @param finishReason of a generator
   * @param outputs of a function, after its steps; of a generator its tool calls, if any
   * @param labels such as {@code truncated:input}
   */
  record Result(
      @Nullable String finishReason, Usage usage, List<Tensor> outputs, List<String> labels) {}
}
