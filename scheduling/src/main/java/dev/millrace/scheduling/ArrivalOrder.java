package dev.millrace.scheduling;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** First come, first taken: a list threaded through the tasks, so that leaving costs nothing. */
final class ArrivalOrder implements OrderPolicy {

  private @Nullable TaskRun first;
  private @Nullable TaskRun last;

  @Override
  public void add(TaskRun run) {
    TaskRun before = last;
    run.ahead = before;
    run.behind = null;
    if (before == null) {
      first = run;
    } else {
      before.behind = run;
    }
    last = run;
  }

  @Override
  public void addFirst(TaskRun run) {
    TaskRun after = first;
    run.ahead = null;
    run.behind = after;
    if (after == null) {
      last = run;
    } else {
      after.ahead = run;
    }
    first = run;
  }

  @Override
  public @Nullable TaskRun first() {
    return first;
  }

  @Override
  public void remove(TaskRun run) {
    TaskRun before = run.ahead;
    TaskRun after = run.behind;
    if (before == null) {
      first = after;
    } else {
      before.behind = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.ahead = before;
    }
    run.ahead = null;
    run.behind = null;
  }

  @Override
  public void forEach(Consumer<TaskRun> visitor) {
    for (TaskRun run = first; run != null; run = run.behind) {
      visitor.accept(run);
    }
  }
}
