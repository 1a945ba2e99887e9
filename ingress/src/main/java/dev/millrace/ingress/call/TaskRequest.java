package dev.millrace.ingress.call;

import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.TaskClass;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for, as its door understood it. Mutable while the door reads; fields that
 * stay null take the model's or the door's default.
 */
public final class TaskRequest {

  public final String door;

  /** Whether the client holds the line, so that the task is a plain call. */
  public final boolean call;

  public OnDisconnect onDisconnect;
  public @Nullable String model;
  public @Nullable Input input;
  public @Nullable TaskClass taskClass;
  public @Nullable Durability durability;
  public @Nullable String session;
  public @Nullable String idempotencyKey;
  public long deadlineMillis;
  public boolean stream = true;

  private TaskRequest(String door, boolean call, OnDisconnect onDisconnect) {
    this.door = door;
    this.call = call;
    this.onDisconnect = onDisconnect;
  }

  /** A task: kept through restarts and disconnects unless it says otherwise. */
  public static TaskRequest task(String door) {
    return new TaskRequest(door, /* call= */ false, OnDisconnect.DETACH);
  }

  /** A plain call whose client holds the line: gone with it unless it says otherwise. */
  public static TaskRequest call(String door) {
    return new TaskRequest(door, /* call= */ true, OnDisconnect.CANCEL);
  }
}
