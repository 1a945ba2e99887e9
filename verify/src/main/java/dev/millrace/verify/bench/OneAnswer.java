package dev.millrace.verify.bench;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.runtime.engine.LoadedModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Waits for one attempt's answer. */
final class OneAnswer implements ModelRuntime.Listener {

  private final CompletableFuture<Result> result = new CompletableFuture<>();

  private OneAnswer() {}

  static Result of(LoadedModel model, Attempt attempt) {
    OneAnswer answer = new OneAnswer();
    model.run(List.of(attempt), answer);
    return answer.result.join();
  }

  @Override
  public void done(long lease, Result finished) {
    result.complete(finished);
  }

  @Override
  public void failed(long lease, Problem problem) {
    result.completeExceptionally(new ProblemException(problem));
  }

  @Override
  public void ready(int deployment, String runtimeName) {}

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {}

  @Override
  public void started(long lease) {}

  @Override
  public void token(long lease, int id, String text) {}

  @Override
  public void restarted(long lease) {}

  @Override
  public void heartbeat(String runtimeName) {}

  @Override
  public void lost(String runtimeName, String reason) {}
}
