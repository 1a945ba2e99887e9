package dev.millrace.runtime.decoder;

import ai.onnxruntime.OrtException;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Usage;
import dev.millrace.runtime.engine.Arrivals;
import dev.millrace.runtime.text.PieceTokenizer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt in decoding. The prompt is fed in one step, recorded ids one a step exactly as they
 * were fed when they were new, so that the same numbers meet and the same token follows. Only the
 * agent's thread, but for {@link #cancel}.
 */
final class Sequence implements Arrivals.Running, AutoCloseable {

  private final Attempt attempt;
  private final Listener listener;
  private final long deadlineNanos;
  private final KvModel.Cache cache = new KvModel.Cache();
  private volatile boolean cancelled;
  private int[] ids = {};
  private int count;
  private int promptCount;
  private int fed;
  private @Nullable Sampler sampler;
  private @Nullable Answer answer;

  Sequence(Attempt attempt, Listener listener, long deadlineNanos) {
    this.attempt = attempt;
    this.listener = listener;
    this.deadlineNanos = deadlineNanos;
  }

  @Override
  public long lease() {
    return attempt.lease();
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
    return nowNanos - deadlineNanos >= 0
        ? Problem.of(
            ErrorCode.DEADLINE_EXCEEDED, "the deadline passed after " + produced() + " tokens")
        : null;
  }

  private int produced() {
    return count - promptCount;
  }

  @Override
  public void fail(Problem problem) {
    listener.failed(lease(), problem);
  }

  /**
   * Reads the request and takes the recorded ids in. Reports the end where they already reach it.
   *
   * @return whether there is something to decode
   * @throws ProblemException what is wrong with the request
   */
  boolean begin(PieceTokenizer tokenizer, int context) {
    listener.started(lease());
    GenerateRequest request = RequestReader.read(attempt.task().input(), seed(attempt.task().id()));
    int[] prompt = prompt(request.prompt(), tokenizer, context);
    promptCount = prompt.length;
    ids = Arrays.copyOf(prompt, Math.max(32, prompt.length + attempt.recordedIds().length + 1));
    count = promptCount;
    sampler = new Sampler(request);
    Answer started =
        new Answer(
            tokenizer,
            request.stop(),
            Math.min(request.maxTokens(), context - promptCount),
            promptCount == 1);
    answer = started;
    for (int id : attempt.recordedIds()) {
      if (started.finishReason() != null) {
        break;
      }
      if (id < 0 || id >= tokenizer.size()) {
        throw new ProblemException(
            Problem.of(ErrorCode.RUNTIME_FAILED, "a recorded id of " + id + " is no token here"));
      }
      started.absorb(id);
      append(id);
    }
    return !endIfFinished(started);
  }

  /** A task that names no seed gets one that all its attempts share. */
  private static long seed(TaskId id) {
    return id.high() * 31 + id.low();
  }

  private static int[] prompt(String text, PieceTokenizer tokenizer, int context) {
    String expected = "at most " + (context - 1) + " tokens, with the one that begins a text";
    if (text.length() > tokenizer.mostChars(context)) {
      throw tooLong(text.length() + " characters", expected);
    }
    int[] encoded = tokenizer.encode(text);
    if (encoded.length + 1 >= context) {
      throw tooLong(encoded.length + 1 + " tokens", expected);
    }
    int[] prompt = new int[encoded.length + 1];
    prompt[0] = tokenizer.start();
    System.arraycopy(encoded, 0, prompt, 1, encoded.length);
    return prompt;
  }

  private static ProblemException tooLong(String found, String expected) {
    return new ProblemException(Problem.invalid("/input/prompt", found, expected));
  }

  private void append(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
  }

  /**
   * One decode step: feeds what is known and not yet fed, or the one new token; when all is fed,
   * chooses and reports the next.
   *
   * @param logits room for one token's
   * @return whether it goes on
   */
  boolean step(KvModel model, float[] logits) throws OrtException {
    int to = fed == 0 ? promptCount : fed + 1;
    model.feed(cache, ids, fed, to, logits);
    fed = to;
    Answer going = answer;
    Sampler choosing = sampler;
    if (going == null || choosing == null) {
      throw new IllegalStateException("not begun");
    }
    if (fed < count) {
      return true;
    }
    int id = choosing.next(logits, ids, count);
    append(id);
    listener.token(lease(), id, going.absorb(id));
    return !endIfFinished(going);
  }

  private boolean endIfFinished(Answer going) {
    String reason = going.finishReason();
    if (reason == null) {
      return false;
    }
    listener.done(
        lease(), new Result(reason, new Usage(promptCount, going.count()), List.of(), List.of()));
    return true;
  }

  @Override
  public void close() {
    cache.close();
  }
}
