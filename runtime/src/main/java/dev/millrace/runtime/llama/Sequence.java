package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Usage;
import dev.millrace.runtime.engine.Arrivals;
import dev.millrace.runtime.llama.port.Grammar;
import dev.millrace.runtime.llama.port.LanguageModel;
import dev.millrace.runtime.llama.request.LlamaRequest;
import dev.millrace.runtime.llama.request.RequestReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: its ids, its answer, its place in the model's memory. Only the agent's thread, but
 * for {@link #cancel}.
 */
final class Sequence implements Arrivals.Running, AutoCloseable {

  private final Attempt attempt;
  private final Listener listener;
  private final long deadlineNanos;
  private volatile boolean cancelled;
  private @Nullable Begun begun;
  private @Nullable Slot slot;

  /** What is there once the request was read. */
  private record Begun(
      TokenList ids,
      int promptCount,
      LogitSampler sampler,
      Answer answer,
      @Nullable Grammar grammar) {}

  Sequence(Attempt attempt, Listener listener, long deadlineNanos) {
    this.attempt = attempt;
    this.listener = listener;
    this.deadlineNanos = deadlineNanos;
  }

  @Override
  public long lease() {
    return attempt.lease();
  }

  int tenant() {
    return attempt.task().tenant();
  }

  /** Any thread. */
  @Override
  public void cancel() {
    cancelled = true;
  }

  /** Why it may not go on, if so. */
  @Nullable Problem stopped(long nowNanos) {
    if (cancelled) {
      return Problem.of(ErrorCode.CANCELLED, "cancelled");
    }
    if (nowNanos - deadlineNanos < 0) {
      return null;
    }
    int produced = begun == null ? 0 : begun.answer.count();
    return Problem.of(
        ErrorCode.DEADLINE_EXCEEDED, "the deadline passed after " + produced + " tokens");
  }

  @Override
  public void fail(Problem problem) {
    listener.failed(lease(), problem);
  }

  /** Whether the request was read; a sequence that had to give way was. */
  boolean begun() {
    return begun != null;
  }

  /**
   * Reads the request and takes the recorded ids in. Reports the end where they already reach it.
   *
   * @return whether there is something to decode
   * @throws ProblemException what is wrong with the request
   */
  boolean begin(PromptEncoder prompts, LanguageModel model, Candidates candidates) {
    listener.started(lease());
    LlamaRequest request = RequestReader.read(attempt.task().input(), seed(attempt.task().id()));
    TokenList ids = prompts.encode(request);
    int promptCount = ids.count();
    Answer answer =
        new Answer(
            model.vocabulary(),
            request.stop(),
            Math.min(request.maxTokens(), model.context() - promptCount));
    String notation = request.grammar();
    Grammar grammar = notation == null ? null : model.grammar(notation);
    Begun started =
        new Begun(
            ids, promptCount, new LogitSampler(request.sampling(), candidates), answer, grammar);
    begun = started;
    absorbRecorded(started, model.vocabulary().size());
    return !endIfFinished(started);
  }

  private void absorbRecorded(Begun started, int tokens) {
    for (int id : attempt.recordedIds()) {
      if (started.answer.finishReason() != null) {
        return;
      }
      if (id < 0 || id >= tokens) {
        throw new ProblemException(
            Problem.of(ErrorCode.RUNTIME_FAILED, "a recorded id of " + id + " is no token here"));
      }
      started.answer.absorb(id);
      started.ids.add(id);
      Grammar grammar = started.grammar;
      if (grammar != null && started.answer.finishReason() == null) {
        if (!grammar.allows(id)) {
          throw new ProblemException(
              Problem.of(
                  ErrorCode.RUNTIME_FAILED, "a recorded id of " + id + " breaks the grammar"));
        }
        grammar.accept(id);
      }
    }
  }

  /** A task that names no seed gets one that all its attempts share. */
  private static long seed(TaskId id) {
    return id.high() * 31 + id.low();
  }

  private Begun running() {
    Begun running = begun;
    if (running == null) {
      throw new IllegalStateException("not begun");
    }
    return running;
  }

  /** Prompt and answer so far. */
  TokenList ids() {
    return running().ids;
  }

  /** Ids that are not in the model's memory yet; 1 while an answer goes on. */
  int unfed() {
    return ids().count() - slot().held().count();
  }

  Slot slot() {
    Slot taken = slot;
    if (taken == null) {
      throw new IllegalStateException("no slot");
    }
    return taken;
  }

  @Nullable Slot slotIfAny() {
    return slot;
  }

  void place(@Nullable Slot next) {
    slot = next;
  }

  /**
   * Takes the scores behind the last id, chooses and reports the next.
   *
   * @return whether it goes on
   */
  boolean advance(float[] scores) {
    Begun running = running();
    Grammar grammar = running.grammar;
    int id = running.sampler.next(scores, running.ids, running.promptCount, grammar);
    if (id < 0) {
      throw new ProblemException(
          Problem.of(ErrorCode.RUNTIME_FAILED, "no token of the model continues the grammar"));
    }
    running.ids.add(id);
    listener.token(lease(), id, running.answer.absorb(id));
    if (endIfFinished(running)) {
      return false;
    }
    if (grammar != null) {
      grammar.accept(id);
    }
    return true;
  }

  private boolean endIfFinished(Begun running) {
    String reason = running.answer.finishReason();
    if (reason == null) {
      return false;
    }
    Usage usage = new Usage(running.promptCount, running.answer.count());
    listener.done(lease(), new Result(reason, usage, List.of(), List.of()));
    return true;
  }

  @Override
  public void close() {
    Grammar grammar = begun == null ? null : begun.grammar;
    begun = null;
    if (grammar != null) {
      grammar.close();
    }
  }
}
