package dev.millrace.scheduling;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * In which order the waiting tasks of one class and one deployment are taken. Owned by the pool's
 * thread. Every method must be cheap: a lane may hold all its places.
 */
interface OrderPolicy {

  /** A newcomer. */
  void add(TaskRun run);

  /** A task that was taken and comes back: it goes before all that wait. */
  void addFirst(TaskRun run);

  /** Whose turn it is, or null when nobody waits. */
  @Nullable TaskRun first();

  /** Takes it out, wherever it stands; it is in here. */
  void remove(TaskRun run);

  /** Everybody who waits, in order; the visitor changes nothing here. */
  void forEach(Consumer<TaskRun> visitor);
}
