package dev.millrace.scheduling;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only place where a task of a pool ends: out of its queue or off its lease, timer and place
 * given back, one {@code End} appended. Whatever raced for it and came second finds the phase
 * {@code ENDED} or a lease without a run. Owned by the pool's thread.
 */
final class Endings {

  private final String pool;
  private final LiveTasks live;
  private final TimerWheel timers;
  private final SchedulingMeters meters;

  Endings(String pool, LiveTasks live, TimerWheel timers, SchedulingMeters meters) {
    this.pool = pool;
    this.live = live;
    this.timers = timers;
    this.meters = meters;
  }

  void succeeded(TaskRun run, ModelRuntime.Result result) {
    // A runtime counts what its own attempt made; what earlier ones made was paid for too.
    int completion = run.earlierTokens + result.usage().completionTokens();
    end(
        run,
        new End(
            TaskState.SUCCEEDED,
            result.finishReason(),
            new Usage(result.usage().promptTokens(), completion),
            result.labels(),
            result.outputs(),
            null));
  }

  void failed(TaskRun run, Problem problem) {
    TaskState state =
        switch (problem.code()) {
          case DEADLINE_EXCEEDED -> TaskState.EXPIRED;
          case CANCELLED -> TaskState.CANCELLED;
          case QUARANTINED -> TaskState.QUARANTINED;
          default -> TaskState.FAILED;
        };
    end(run, state, problem);
  }

  /** The deadline has come, or the longest stay in a lane. */
  void timeUp(TaskRun run, long nowNanos) {
    long budget = run.task.settings().budgetMillis();
    String what;
    if (run.phase == TaskRun.Phase.RUNNING) {
      what = "the deadline of " + budget + " ms came while it ran";
    } else if (run.late(nowNanos)) {
      what = "the deadline of " + budget + " ms came while it waited in " + lane(run);
    } else {
      long waited = (nowNanos - run.laneSince) / 1_000_000;
      what = "it waited " + waited + " ms in " + lane(run) + ", which is the longest stay there";
    }
    end(run, TaskState.EXPIRED, Problem.of(ErrorCode.DEADLINE_EXCEEDED, what));
  }

  private String lane(TaskRun run) {
    return "the lane " + run.taskClass().wireName() + " of pool " + pool;
  }

  void cancelled(TaskRun run, CancelReason reason) {
    Problem problem =
        switch (reason) {
          case REQUESTED -> Problem.of(ErrorCode.CANCELLED, "cancelled as requested");
          case CLIENT_GONE -> Problem.of(ErrorCode.CANCELLED, "client_gone: its client is gone");
          case DRAINING -> Problem.of(ErrorCode.DRAINING, "the node is going down");
        };
    end(run, TaskState.CANCELLED, problem);
  }

  void quarantined(TaskRun run, String lastWords) {
    String what =
        run.loneDeaths() + " workers died while they ran this task alone; the last: " + lastWords;
    end(run, TaskState.QUARANTINED, Problem.of(ErrorCode.QUARANTINED, what));
  }

  /** Leaves without an end: the log has the task, and the next start of the node runs it. */
  void handedBack(TaskRun run) {
    leave(run);
  }

  private void end(TaskRun run, TaskState state, @Nullable Problem problem) {
    end(run, new End(state, null, new Usage(0, run.tokens), List.of(), List.of(), problem));
  }

  private void end(TaskRun run, End end) {
    leave(run);
    meters.ended(end.state(), end.finishReason());
    meters.ofModel(run.deployment.model()).tally().ended(run.task, end.state());
    run.stream.append(end);
  }

  private void leave(TaskRun run) {
    switch (run.phase) {
      case ARRIVING -> {}
      case WAITING -> leaveLane(run);
      case RUNNING -> leaveLease(run);
      case ENDED -> throw new IllegalStateException(run.task.id() + " has ended before");
    }
    run.phase = TaskRun.Phase.ENDED;
    timers.cancel(run);
    run.releasePlace();
    run.releaseInput();
    live.remove(run);
  }

  private void leaveLane(TaskRun run) {
    DeploymentQueue queue = run.queue;
    if (queue != null) {
      queue.remove(run);
      meters.dequeued(run.taskClass());
    }
  }

  /** A runtime that still works for it is told to stop; its slot is free when it says so. */
  private void leaveLease(TaskRun run) {
    meters.unleased(run.taskClass());
    Lease lease = run.lease;
    if (lease != null) {
      run.lease = null;
      lease.run = null;
      lease.queue.runtime.cancel(lease.number);
    }
  }
}
