package dev.millrace.runtime.testing;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Keeps what a runtime reports, and fails a lease that ends twice. */
public final class Recorder implements Listener {

  /** A token event. */
  public record Token(int id, String text) {}

  /** How a lease ended: with a result or a problem. */
  public record End(Result result, Problem problem) {}

  private final Map<Long, CompletableFuture<End>> ends = new ConcurrentHashMap<>();
  private final Map<Long, List<Token>> tokens = new ConcurrentHashMap<>();
  private final List<Long> started = Collections.synchronizedList(new ArrayList<>());
  private final List<String> doubles = Collections.synchronizedList(new ArrayList<>());
  private final Map<Integer, CompletableFuture<String>> loads = new ConcurrentHashMap<>();
  private volatile Consumer<Long> onToken = lease -> {};
  private volatile Consumer<Long> onStart = lease -> {};

  public End end(long lease) {
    return await(future(lease));
  }

  public Result result(long lease) {
    End end = end(lease);
    if (end.result() == null) {
      throw new AssertionError("lease " + lease + " failed: " + end.problem());
    }
    return end.result();
  }

  public Problem problem(long lease) {
    End end = end(lease);
    if (end.problem() == null) {
      throw new AssertionError("lease " + lease + " succeeded: " + end.result());
    }
    return end.problem();
  }

  public List<Token> tokens(long lease) {
    return tokens.getOrDefault(lease, List.of());
  }

  public int[] ids(long lease) {
    return tokens(lease).stream().mapToInt(Token::id).toArray();
  }

  public String text(long lease) {
    return String.join("", tokens(lease).stream().map(Token::text).toList());
  }

  public List<Long> started() {
    return List.copyOf(started);
  }

  public List<String> doubles() {
    return List.copyOf(doubles);
  }

  /** {@code ready}, or the message of the problem. */
  public String load(int deployment) {
    return await(loads.computeIfAbsent(deployment, id -> new CompletableFuture<>()));
  }

  /** Called on the runtime's thread after each token. */
  public void onToken(Consumer<Long> action) {
    onToken = action;
  }

  public void onStart(Consumer<Long> action) {
    onStart = action;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
  }

  private CompletableFuture<End> future(long lease) {
    return ends.computeIfAbsent(lease, id -> new CompletableFuture<>());
  }

  private void finish(long lease, End end) {
    if (!future(lease).complete(end)) {
      doubles.add("lease " + lease + " ended twice");
    }
  }

  @Override
  public void ready(int deployment, String runtimeName) {
    loads.computeIfAbsent(deployment, id -> new CompletableFuture<>()).complete("ready");
  }

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {
    loads.computeIfAbsent(deployment, id -> new CompletableFuture<>()).complete(problem.message());
  }

  @Override
  public void started(long lease) {
    started.add(lease);
    onStart.accept(lease);
  }

  @Override
  public void token(long lease, int id, String text) {
    tokens
        .computeIfAbsent(lease, key -> Collections.synchronizedList(new ArrayList<>()))
        .add(new Token(id, text));
    onToken.accept(lease);
  }

  @Override
  public void restarted(long lease) {}

  @Override
  public void done(long lease, Result result) {
    finish(lease, new End(result, null));
  }

  @Override
  public void failed(long lease, Problem problem) {
    finish(lease, new End(null, problem));
  }

  @Override
  public void heartbeat(String runtimeName) {}

  @Override
  public void lost(String runtimeName, String reason) {}
}
