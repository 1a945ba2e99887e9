package dev.millrace.scheduling;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.task.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A runtime that does nothing by itself: a test sees what it was given and reports for it. */
final class FakeRuntime implements ModelRuntime {

  /** One call of assign. */
  record Batch(Deployment deployment, List<Attempt> attempts) {

    long lease() {
      return attempts.getFirst().lease();
    }

    int size() {
      return attempts.size();
    }
  }

  final List<Batch> batches = new ArrayList<>();
  final List<Long> cancelled = new ArrayList<>();
  final List<String> paces = new ArrayList<>();
  final Map<Long, Attempt> live = new LinkedHashMap<>();
  Listener listener;

  @Override
  public void assign(Deployment deployment, List<Attempt> attempts) {
    batches.add(new Batch(deployment, List.copyOf(attempts)));
    attempts.forEach(attempt -> live.put(attempt.lease(), attempt));
  }

  @Override
  public void cancel(long lease) {
    cancelled.add(lease);
  }

  @Override
  public void pace(long lease, boolean go) {
    paces.add(lease + (go ? " goes on" : " waits"));
  }

  Batch last() {
    return batches.getLast();
  }

  void done(long lease) {
    done(lease, 3, 0);
  }

  void done(long lease, int promptTokens, int completionTokens) {
    live.remove(lease);
    Usage usage = new Usage(promptTokens, completionTokens);
    listener.done(lease, new Result("stop", usage, List.of(), List.of()));
  }

  void allDone(Batch batch) {
    batch.attempts().forEach(attempt -> done(attempt.lease()));
  }

  void failed(long lease, ErrorCode code) {
    live.remove(lease);
    listener.failed(lease, Problem.of(code, "as the test says"));
  }

  void dies(String name) {
    live.clear();
    listener.lost(name, "signal 9");
  }
}
