package dev.millrace.scheduling;

import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.port.ModelStatistics.Sum;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import java.util.concurrent.atomic.LongAdder;

/** Sums of one model's ended tasks. Written by pools' threads, read by any. */
final class ModelTally {

  private static final class Adder {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long more) {
      count.increment();
      nanos.add(Math.max(0, more));
    }

    Sum sum() {
      return new Sum(count.sum(), nanos.sum());
    }
  }

  private final Clock clock;
  private final Adder succeeded = new Adder();
  private final Adder failed = new Adder();
  private final Adder queued = new Adder();
  private final Adder computed = new Adder();
  private final LongAdder batches = new LongAdder();
  private volatile long lastWallMillis;

  ModelTally(Clock clock) {
    this.clock = clock;
  }

  void batch() {
    batches.increment();
  }

  /** To be called once a task, when it has ended. */
  void ended(Task task, TaskState state) {
    Stamps stamps = task.stamps();
    long since = stamps.at(Stamp.ACCEPTED);
    long queuedAt = stamps.at(Stamp.QUEUED);
    long leased = stamps.at(Stamp.LEASED);
    long begun = stamps.at(Stamp.MODEL_START);
    long finished = stamps.at(Stamp.MODEL_FINISH);
    // A task from the log was accepted under another life's clock.
    long took = since == 0 ? 0 : clock.nanoTime() - since;
    (state == TaskState.SUCCEEDED ? succeeded : failed).add(took);
    if (queuedAt != 0 && leased != 0) {
      queued.add(leased - queuedAt);
    }
    if (begun != 0 && finished != 0) {
      computed.add(finished - begun);
    }
    lastWallMillis = clock.wallMillis();
  }

  Counts counts() {
    return new Counts(
        lastWallMillis, succeeded.sum(), failed.sum(), queued.sum(), computed.sum(), batches.sum());
  }
}
