package dev.millrace.domain.codec;

import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;

/**
 * The accepted record's content. Times are wall time and budget: the reader turns them into its own
 * monotonic deadline, remaining = clamp(deadline − wall now, 0, budget).
 */
public final class TaskCodec {

  private static final TaskClass[] CLASSES = TaskClass.values();
  private static final Durability[] DURABILITIES = Durability.values();
  private static final OnDisconnect[] ON_DISCONNECT = OnDisconnect.values();

  // Beyond any deadline that the configuration allows; a year of nanoseconds still fits a long.
  private static final long LONGEST_BUDGET_MILLIS = 366L * 24 * 3_600 * 1_000;

  private TaskCodec() {}

  public static void writeId(ByteSink sink, TaskId id) {
    sink.putLong(id.high()).putLong(id.low()).putBoolean(id.memory());
  }

  public static TaskId readId(ByteSource source) {
    return new TaskId(source.getLong(), source.getLong(), source.getBoolean());
  }

  /** All of the task but its tenant, which the record's header has, and its stamps. */
  public static void write(ByteSink sink, Task task) {
    writeHead(sink, task);
    InputCodec.write(sink, task.input());
  }

  /** The task without its input, for when that lies in a blob. */
  public static void writeHead(ByteSink sink, Task task) {
    writeId(sink, task.id());
    Task.Settings settings = task.settings();
    sink.putText(task.model())
        .putByte(settings.taskClass().ordinal())
        .putByte(settings.durability().ordinal())
        .putByte(settings.onDisconnect().ordinal())
        .putBoolean(settings.stream())
        .putLong(settings.budgetMillis())
        .putText(settings.door())
        .putOptionalText(settings.session())
        .putOptionalText(settings.idempotencyKey())
        .putLong(task.acceptedWallMillis())
        .putLong(task.snapshot());
  }

  public static Task read(ByteSource source, int tenant, Clock clock) {
    Task head = readHead(source, tenant, clock);
    return withInput(head, InputCodec.read(source));
  }

  /** As written by {@link #writeHead}; the input is empty. */
  public static Task readHead(ByteSource source, int tenant, Clock clock) {
    TaskId id = readId(source);
    String model = source.getText();
    Task.Settings settings =
        new Task.Settings(
            source.getEnum(CLASSES),
            source.getEnum(DURABILITIES),
            source.getEnum(ON_DISCONNECT),
            source.getBoolean(),
            budget(source),
            source.getText(),
            source.getOptionalText(),
            source.getOptionalText());
    long accepted = source.getLong();
    long snapshot = source.getLong();
    long remaining =
        Math.clamp(
            accepted + settings.budgetMillis() - clock.wallMillis(), 0, settings.budgetMillis());
    return new Task(
        id,
        tenant,
        model,
        new Input.Json(new byte[0]),
        settings,
        accepted,
        clock.nanoTime() + remaining * 1_000_000,
        snapshot,
        new Stamps());
  }

  private static long budget(ByteSource source) {
    long millis = source.getLong();
    if (millis < 0 || millis > LONGEST_BUDGET_MILLIS) {
      throw new MalformedBytes(
          "a budget of " + millis + " ms (expected: 0.." + LONGEST_BUDGET_MILLIS + ")");
    }
    return millis;
  }

  /** The same task with its input put back. */
  public static Task withInput(Task task, Input input) {
    return new Task(
        task.id(),
        task.tenant(),
        task.model(),
        input,
        task.settings(),
        task.acceptedWallMillis(),
        task.deadlineNanos(),
        task.snapshot(),
        task.stamps());
  }
}
