package dev.millrace.domain.task;

import org.jspecify.annotations.Nullable;

/**
 * One piece of inference work, as admitted. Immutable; the accepted record of the log holds all of
 * it but the two readings of the local monotonic clock.
 *
 * @param id its name
 * @param tenant its owner; part of every key
 * @param model the model's name as asked for
 * @param input what is asked of the model
 * @param settings how it is to be treated
 * @param acceptedWallMillis when it was accepted, wall time
 * @param deadlineNanos when it is too late, in this process's monotonic clock
 * @param snapshot the number of the configuration under which it was admitted
 * @param stamps when each hand-off happened
 */
public record Task(
    TaskId id,
    int tenant,
    String model,
    Input input,
    Settings settings,
    long acceptedWallMillis,
    long deadlineNanos,
    long snapshot,
    Stamps stamps) {

  /**
   * How a task is to be treated.
   *
   * @param taskClass what may be given up first
   * @param durability what the acknowledgement promises
   * @param onDisconnect what becomes of it when its client goes
   * @param stream whether its door wants tokens as they come
   * @param budgetMillis from acceptance to the deadline
   * @param door which door it came in by, such as {@code tasks}
   * @param session the conversation it belongs to, if any
   * @param idempotencyKey the client's name for this request, if any; scoped by tenant and door
   */
  public record Settings(
      TaskClass taskClass,
      Durability durability,
      OnDisconnect onDisconnect,
      boolean stream,
      long budgetMillis,
      String door,
      @Nullable String session,
      @Nullable String idempotencyKey) {}

  public TaskClass taskClass() {
    return settings.taskClass();
  }

  public boolean durable() {
    return settings.durability() != Durability.MEMORY;
  }

  public long deadlineWallMillis() {
    return acceptedWallMillis + settings.budgetMillis();
  }
}
