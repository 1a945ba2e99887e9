package dev.millrace.runtime.engine;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Sample;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a loaded model its manifest's sample, by the same way as any task, and compares the answer.
 * Waits: for loading threads only.
 */
final class SampleRun {

  private static final long PATIENCE_MILLIS = 30_000;

  private SampleRun() {}

  /**
   * @throws ProblemException when the model does not answer, or answers otherwise
   */
  static void check(LoadedModel model, Deployment deployment, Clock clock) {
    Sample sample = deployment.spec().sample();
    if (sample == null) {
      return;
    }
    Collector collector = new Collector();
    model.run(List.of(attempt(deployment, sample, clock)), collector);
    try {
      Result result = collector.result.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      SampleAnswer.compare(sample, result, collector.text.toString());
    } catch (ExecutionException failed) {
      throw refused(deployment, String.valueOf(failed.getCause()));
    } catch (TimeoutException late) {
      throw refused(deployment, "no answer within " + PATIENCE_MILLIS + " ms");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw refused(deployment, "interrupted");
    } catch (SampleAnswer.Different different) {
      throw refused(deployment, different.what());
    }
  }

  private static ProblemException refused(Deployment deployment, String reason) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            deployment.model() + " did not answer its sample as its manifest says: " + reason));
  }

  private static Attempt attempt(Deployment deployment, Sample sample, Clock clock) {
    Task.Settings settings =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.MEMORY,
            OnDisconnect.DETACH,
            false,
            PATIENCE_MILLIS,
            "sample",
            null,
            null);
    Task task =
        new Task(
            new TaskId(0, 0, true),
            0,
            deployment.model(),
            new Input.Json(sample.input().getBytes(StandardCharsets.UTF_8)),
            settings,
            clock.wallMillis(),
            clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS),
            0,
            new Stamps());
    // Leases of tasks are positive; the sample's cannot be taken for one.
    return new Attempt(-1L - deployment.id(), 1, task, new int[0], PATIENCE_MILLIS);
  }

  /** Listens to the one sample. */
  private static final class Collector implements ModelRuntime.Listener {

    private final CompletableFuture<Result> result = new CompletableFuture<>();

    /** Written before the result completes, read after. */
    private final StringBuilder text = new StringBuilder();

    @Override
    public void done(long lease, Result finished) {
      result.complete(finished);
    }

    @Override
    public void failed(long lease, Problem problem) {
      result.completeExceptionally(new ProblemException(problem));
    }

    @Override
    public void token(long lease, int id, String piece) {
      text.append(piece);
    }

    @Override
    public void ready(int deployment, String runtimeName) {}

    @Override
    public void unavailable(int deployment, String runtimeName, Problem problem) {}

    @Override
    public void started(long lease) {}

    @Override
    public void restarted(long lease) {}

    @Override
    public void heartbeat(String runtimeName) {}

    @Override
    public void lost(String runtimeName, String reason) {}
  }
}
