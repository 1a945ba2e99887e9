package dev.millrace.journal;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Work beside the log's thread, counted so that closing can wait for it. Any thread. */
final class Background {

  private static final int MOST = 1 << 20;

  private final Executor executor;
  private final LogFailure onFailure;
  private final Semaphore inputs;
  private final Semaphore works = new Semaphore(MOST);

  Background(Executor executor, int inputsInFlight, LogFailure onFailure) {
    this.executor = executor;
    this.onFailure = onFailure;
    this.inputs = new Semaphore(inputsInFlight);
  }

  /** Runs what brings a large input; false when too many are under way. */
  boolean tryInput(Runnable work) {
    if (!inputs.tryAcquire()) {
      return false;
    }
    run(
        () -> {
          try {
            work.run();
          } finally {
            inputs.release();
          }
        });
    return true;
  }

  /** Runs the work; what it throws is a defect that stops the node. */
  void run(Runnable work) {
    if (!works.tryAcquire()) {
      onFailure.failed(
          new IllegalStateException(MOST + " pieces of background work wait: the disk hangs"));
      return;
    }
    executor.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error defect) {
            onFailure.failed(defect);
            throw defect;
          } finally {
            works.release();
          }
        });
  }

  /** Waits until all is done; false when it is not after so long. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    boolean idle = works.tryAcquire(MOST, atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (idle) {
      works.release(MOST);
    }
    return idle;
  }
}
