package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRepository.State;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loading and unloading, which waits and so is done off the loops, a few at a time. */
public final class RepositoryWork {

  private static final Logger LOG = LoggerFactory.getLogger(RepositoryWork.class);
  private static final int MOST_AT_ONCE = 4;

  private final Executor background;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  public RepositoryWork(Executor background) {
    this.background = background;
  }

  /**
   * Runs the action, and tells how it ended on another thread: null when it ended well.
   *
   * @throws ProblemException when too many run already
   */
  public void run(Runnable action, Consumer<@Nullable Problem> ended) {
    if (!places.tryAcquire()) {
      throw new ProblemException(
          Problem.retryAfter(
              ErrorCode.OVERLOADED,
              MOST_AT_ONCE + " models are being loaded or unloaded (expected: fewer at once)",
              1_000));
    }
    background.execute(() -> ended.accept(outcome(action)));
  }

  /** The state by the protocol's name. */
  public static String stateName(State state) {
    return state == State.UNLOADED ? "UNAVAILABLE" : state.name();
  }

  private @Nullable Problem outcome(Runnable action) {
    try {
      action.run();
      return null;
    } catch (ProblemException refused) {
      return refused.problem();
    } catch (RuntimeException defect) {
      LOG.error("loading or unloading a model failed", defect);
      return Problem.of(ErrorCode.INTERNAL, "internal error");
    } finally {
      places.release();
    }
  }
}
