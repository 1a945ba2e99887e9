package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.ort.OrtModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded function.
 *
 * <p>Threads: any may call {@link #run} and {@link #cancel}; neither waits. One platform thread a
 * concurrency slot takes batches from the bounded queue and runs them from reading the inputs to
 * reporting the answers. The scheduler keeps to the deployment's concurrency; a queue that is full
 * all the same refuses.
 */
final class OnnxModel implements LoadedModel {

  private static final Logger LOG = LoggerFactory.getLogger(OnnxModel.class);
  private static final int QUEUED_PER_SLOT = 64;
  private static final int RETRY_MILLIS = 50;

  private final Deployment deployment;
  private final Pipeline pipeline;
  private final List<OrtModel> sessions;
  private final Clock clock;
  private final BlockingQueue<Batch> queue;
  private final ConcurrentMap<Long, Job> jobs = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  OnnxModel(Deployment deployment, Pipeline pipeline, List<OrtModel> sessions, Clock clock) {
    this.deployment = deployment;
    this.pipeline = pipeline;
    this.sessions = sessions;
    this.clock = clock;
    int slots = Math.max(1, deployment.concurrency());
    this.queue = new ArrayBlockingQueue<>(slots * QUEUED_PER_SLOT);
    for (int i = 0; i < slots; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("onnx-" + deployment.model() + "-" + i)
              .daemon(true)
              .start(this::serve));
    }
  }

  /** One attempt on its way. */
  private static final class Job {
    final Attempt attempt;
    final long deadlineNanos;
    volatile boolean cancelled;

    Job(Attempt attempt, long deadlineNanos) {
      this.attempt = attempt;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private record Batch(List<Job> jobs, Listener listener) {}

  @Override
  public void run(List<Attempt> attempts, Listener listener) {
    long now = clock.nanoTime();
    List<Job> batch = new ArrayList<>(attempts.size());
    for (Attempt attempt : attempts) {
      Job job = new Job(attempt, now + millisToNanos(attempt.remainingMillis()));
      batch.add(job);
      jobs.put(attempt.lease(), job);
    }
    Batch queued = new Batch(batch, listener);
    if (closed || !queue.offer(queued)) {
      refuse(
          queued,
          closed
              ? Problem.of(ErrorCode.CANCELLED, deployment.model() + " was unloaded")
              : Problem.retryAfter(
                  ErrorCode.OVERLOADED,
                  deployment.model() + ": " + queue.size() + " batches wait",
                  RETRY_MILLIS));
      return;
    }
    if (closed && queue.remove(queued)) {
      refuse(queued, Problem.of(ErrorCode.CANCELLED, deployment.model() + " was unloaded"));
    }
  }

  private static long millisToNanos(long millis) {
    return Math.min(Math.max(0, millis), Long.MAX_VALUE / 4_000_000) * 1_000_000;
  }

  @Override
  public void cancel(long lease) {
    Job job = jobs.get(lease);
    if (job != null) {
      job.cancelled = true;
    }
  }

  private void serve() {
    try (Slot slot = new Slot()) {
      while (!closed) {
        process(queue.take(), slot);
      }
    } catch (InterruptedException ended) {
      // close() interrupts threads that wait for work; nothing is left to do.
      LOG.debug("{} ends", Thread.currentThread().getName());
    }
  }

  private void process(Batch batch, Slot slot) {
    Listener listener = batch.listener();
    List<Job> running = new ArrayList<>(batch.jobs().size());
    List<Frame> frames = new ArrayList<>(batch.jobs().size());
    try {
      for (Job job : batch.jobs()) {
        begin(job, listener, running, frames);
      }
      pipeline.run(frames, slot);
      for (int i = 0; i < frames.size(); i++) {
        end(running.get(i), frames.get(i), listener);
      }
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError defect) {
      LOG.error("{}: a batch of {} failed", deployment.model(), batch.jobs().size(), defect);
      refuse(batch, Problem.of(ErrorCode.RUNTIME_FAILED, "the runtime failed on this batch"));
    }
  }

  private void begin(Job job, Listener listener, List<Job> running, List<Frame> frames) {
    if (job.cancelled) {
      fail(job, listener, Problem.of(ErrorCode.CANCELLED, "cancelled before it ran"));
      return;
    }
    if (clock.nanoTime() - job.deadlineNanos >= 0) {
      fail(
          job,
          listener,
          Problem.of(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed before it ran"));
      return;
    }
    listener.started(job.attempt.lease());
    try {
      frames.add(pipeline.read(job.attempt.task().input()));
      running.add(job);
    } catch (ProblemException invalid) {
      fail(job, listener, invalid.problem());
    }
  }

  private void end(Job job, Frame frame, Listener listener) {
    Problem problem = frame.problem();
    if (problem != null) {
      fail(job, listener, problem);
      return;
    }
    try {
      var result = pipeline.result(frame);
      if (jobs.remove(job.attempt.lease()) != null) {
        listener.done(job.attempt.lease(), result);
      }
    } catch (ProblemException failed) {
      fail(job, listener, failed.problem());
    }
  }

  /** A lease leaves the map when it is reported, so it is reported once. */
  private void fail(Job job, Listener listener, Problem problem) {
    if (jobs.remove(job.attempt.lease()) != null) {
      listener.failed(job.attempt.lease(), problem);
    }
  }

  private void refuse(Batch batch, Problem problem) {
    batch.jobs().forEach(job -> fail(job, batch.listener(), problem));
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    }
    for (Batch left; (left = queue.poll()) != null; ) {
      refuse(left, Problem.of(ErrorCode.CANCELLED, deployment.model() + " was unloaded"));
    }
    sessions.forEach(OrtModel::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
