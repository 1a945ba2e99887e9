package dev.millrace.runtime.fakes;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.engine.Engine;
import dev.millrace.runtime.engine.LoadedModel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * An engine that does what its input says: {@code tokens N}, {@code hang}, {@code halt N} (dies
 * after N tokens), {@code sized N} (an answer of N bytes), {@code length} (of the input), {@code
 * environment}, {@code flags}. A model named {@code broken} does not load; one named {@code fatal}
 * kills its process.
 */
public final class FakeEngine implements Engine {

  @Override
  public boolean serves(Deployment deployment) {
    return true;
  }

  @Override
  public LoadedModel load(Deployment deployment) {
    switch (deployment.model()) {
      case "broken" ->
          throw new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, "digest abc"));
      case "fatal" -> Runtime.getRuntime().halt(9);
      default -> {}
    }
    return new Model();
  }

  private static final class Model implements LoadedModel {
    private final Map<Long, CountDownLatch> cancels = new ConcurrentHashMap<>();

    @Override
    public void run(List<Attempt> attempts, Listener listener) {
      for (Attempt attempt : attempts) {
        CountDownLatch cancel = new CountDownLatch(1);
        cancels.put(attempt.lease(), cancel);
        Thread.ofVirtual().start(() -> run(attempt, listener, cancel));
      }
    }

    private static void run(Attempt attempt, Listener listener, CountDownLatch cancel) {
      long lease = attempt.lease();
      listener.started(lease);
      String[] words = words(attempt);
      int count = words.length > 1 ? Integer.parseInt(words[1]) : 0;
      switch (words[0]) {
        case "tokens" -> {
          tokens(attempt, count, listener);
          listener.done(lease, text("stop", count));
        }
        case "hang" -> {
          tokens(attempt, 1, listener);
          await(cancel);
          listener.failed(lease, Problem.of(ErrorCode.CANCELLED, "cancelled"));
        }
        case "halt" -> {
          tokens(attempt, count, listener);
          Runtime.getRuntime().halt(9);
        }
        case "sized" -> {
          byte[] data = new byte[count];
          Tensor tensor = new Tensor("out", DataType.UINT8, new long[] {count}, data);
          listener.done(lease, new Result(null, Usage.NONE, List.of(tensor), List.of("big")));
        }
        case "length" ->
            listener.done(lease, text(String.valueOf(attempt.task().input().size()), 0));
        case "environment" ->
            listener.done(lease, text(new TreeSet<>(System.getenv().keySet()).toString(), 0));
        case "flags" -> {
          var arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
          listener.done(lease, text(arguments + ProcessHandle.current().info().toString(), 0));
        }
        default ->
            listener.failed(lease, Problem.invalid("/input", words[0], "something it can do"));
      }
    }

    private static String[] words(Attempt attempt) {
      return switch (attempt.task().input()) {
        case Input.Json(var utf8) ->
            new String(utf8, 0, Math.min(utf8.length, 40), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        case Input.Tensors tensors -> new String[] {"length"};
      };
    }

    private static void tokens(Attempt attempt, int count, Listener listener) {
      for (int i = attempt.recordedIds().length; i < count; i++) {
        listener.token(attempt.lease(), i, " t" + i);
      }
    }

    private static Result text(String finish, int tokens) {
      return new Result(finish, new Usage(0, tokens), List.of(), List.of());
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }

    @Override
    public void cancel(long lease) {
      CountDownLatch cancel = cancels.get(lease);
      if (cancel != null) {
        cancel.countDown();
      }
    }

    @Override
    public void close() {
      cancels.values().forEach(CountDownLatch::countDown);
    }
  }
}
