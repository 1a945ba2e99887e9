package dev.millrace.domain.port;

import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The streams of all tasks: opened at acceptance, followed by doors. Any thread. */
public interface Streams {

  /** Opens the stream of a task that is about to be acknowledged. */
  StreamWriter open(Task task);

  /**
   * Finds a stream. A live one is given at once, before this returns; one that must be read back
   * from the log is given later, on another thread.
   *
   * @param tenant who asks; another tenant's stream is as unknown as one that never was
   * @param found gets the stream, or null when it is unknown or expired
   */
  void find(TaskId id, int tenant, Consumer<@Nullable StreamView> found);

  /**
   * Shows a stream to nobody from now on; who follows it already follows it on. What the log holds
   * of it goes with the log's retention, and a restart within that time finds it again. An unknown
   * one stays unknown.
   */
  void forget(TaskId id);

  /**
   * Tasks of a tenant, newest first.
   *
   * @param state only these, or null for all
   * @param model only these, or null for all
   * @param after only older than this, or null
   * @param limit at most, 1..1000
   */
  List<StreamView> list(
      int tenant,
      @Nullable TaskState state,
      @Nullable String model,
      @Nullable TaskId after,
      int limit);
}
