package dev.millrace.domain.port;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Wakeup;
import org.jspecify.annotations.Nullable;

/** One task's stream, as readers see it. Any thread. */
public interface StreamView {

  Task task();

  TaskState state();

  /** Attempts so far; 0 while queued for the first time. */
  int attempt();

  /** Events that can be read now. */
  int published();

  /** How it ended, or null while it has not. */
  StreamEvent.@Nullable End end();

  /**
   * Follows from an event's number. The reader pulls at its own pace and nothing is buffered for
   * it; it is woken after news that it has not yet seen.
   *
   * <p>Where events were lost before {@code from}, the reader may know the lost ones instead of
   * those that took their numbers: the notice of the gap is given first, as a repetition that has
   * no number of its own ({@code from − 1}).
   *
   * <p>Where the stream ended before {@code from}, the end is given, once and under its own number:
   * nothing else will ever come.
   *
   * @param from the first number wanted, 0 or more; beyond what is published is allowed
   * @param onNews any thread may call it; it must not wait and need not be cheap to call twice
   */
  Cursor follow(int from, Wakeup onNews);

  /** A reader's place in a stream. One thread. */
  interface Cursor extends AutoCloseable {

    /** The next event, or null when there is none yet. */
    @Nullable StreamEvent next();

    /** The number of the event that {@link #next} gave last; {@code from − 1} before the first. */
    int number();

    /** No wake-ups after this. */
    @Override
    void close();
  }
}
