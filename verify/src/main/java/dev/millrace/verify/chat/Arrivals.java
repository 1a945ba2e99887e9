package dev.millrace.verify.chat;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** When each token of several answers came. Written by the model's thread, read after the last. */
final class Arrivals implements ModelRuntime.Listener {

  private final long began = System.nanoTime();
  private final Map<Long, List<Long>> tokens = new HashMap<>();
  private final Map<Long, CompletableFuture<Result>> ends = new HashMap<>();

  Arrivals(List<Long> leases) {
    for (long lease : leases) {
      tokens.put(lease, new ArrayList<>());
      ends.put(lease, new CompletableFuture<>());
    }
  }

  void await() {
    ends.values().forEach(CompletableFuture::join);
  }

  /** Nanoseconds to the first token of all. */
  long first() {
    return tokens.values().stream().mapToLong(List::getFirst).min().orElseThrow() - began;
  }

  /** Tokens of all answers. */
  int count() {
    return tokens.values().stream().mapToInt(List::size).sum();
  }

  /** Nanoseconds between neighbours, of all answers, in ascending order. */
  long[] gaps() {
    List<Long> gaps = new ArrayList<>();
    for (List<Long> one : tokens.values()) {
      for (int i = 1; i < one.size(); i++) {
        gaps.add(one.get(i) - one.get(i - 1));
      }
    }
    return gaps.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  @Override
  public void token(long lease, int id, String text) {
    Objects.requireNonNull(tokens.get(lease)).add(System.nanoTime());
  }

  @Override
  public void done(long lease, Result finished) {
    end(lease).complete(finished);
  }

  @Override
  public void failed(long lease, Problem problem) {
    end(lease).completeExceptionally(new ProblemException(problem));
  }

  private CompletableFuture<Result> end(long lease) {
    return Objects.requireNonNull(ends.get(lease));
  }

  @Override
  public void started(long lease) {}

  @Override
  public void restarted(long lease) {}

  @Override
  public void ready(int deployment, String runtimeName) {}

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {}

  @Override
  public void heartbeat(String runtimeName) {}

  @Override
  public void lost(String runtimeName, String reason) {}
}
