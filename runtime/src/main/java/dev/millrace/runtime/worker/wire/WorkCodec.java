package dev.millrace.runtime.worker.wire;

import dev.millrace.domain.codec.InputCodec;
import dev.millrace.domain.codec.TaskCodec;
import dev.millrace.domain.codec.TensorCodec;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Attempts and results. A worker is told of a task what a model needs, and its id for the log; not
 * its tenant, key, session or door.
 */
final class WorkCodec {

  private static final TaskClass[] CLASSES = TaskClass.values();
  private static final int SMALLEST_ATTEMPT = 8 + 4 + 8 + 17 + 4 + 1 + 4 + 1 + 4;
  private static final int MOST_LABELS = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private WorkCodec() {}

  static void writeAttempts(ByteSink sink, List<Attempt> attempts) {
    sink.putInt(attempts.size());
    for (Attempt attempt : attempts) {
      sink.putLong(attempt.lease())
          .putInt(attempt.number())
          .putLong(attempt.remainingMillis())
          .putInt(attempt.recordedIds().length);
      for (int id : attempt.recordedIds()) {
        sink.putInt(id);
      }
      Task task = attempt.task();
      TaskCodec.writeId(sink, task.id());
      sink.putText(task.model()).putByte(task.taskClass().ordinal());
      InputCodec.write(sink, task.input());
    }
  }

  static List<Attempt> readAttempts(ByteSource source, Clock clock) {
    int count = source.getCount(SMALLEST_ATTEMPT);
    if (count == 0) {
      throw new MalformedBytes("a batch of 0 attempts (expected: at least 1)");
    }
    List<Attempt> attempts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      attempts.add(readAttempt(source, clock));
    }
    return attempts;
  }

  private static Attempt readAttempt(ByteSource source, Clock clock) {
    long lease = source.getLong();
    int number = source.getInt();
    long remainingMillis = source.getLong();
    int[] recordedIds = new int[source.getCount(Integer.BYTES)];
    for (int i = 0; i < recordedIds.length; i++) {
      recordedIds[i] = source.getInt();
    }
    Task task = readTask(source, remainingMillis, clock);
    return new Attempt(lease, number, task, recordedIds, remainingMillis);
  }

  private static Task readTask(ByteSource source, long remainingMillis, Clock clock) {
    TaskId id = TaskCodec.readId(source);
    String model = source.getText();
    Task.Settings settings =
        new Task.Settings(
            source.getEnum(CLASSES),
            Durability.MEMORY,
            OnDisconnect.DETACH,
            /* stream= */ true,
            remainingMillis,
            "worker",
            null,
            null);
    Input input = InputCodec.read(source);
    long deadline = clock.nanoTime() + remainingMillis * NANOS_PER_MILLI;
    return new Task(id, 0, model, input, settings, clock.wallMillis(), deadline, 0, new Stamps());
  }

  static void writeResult(ByteSink sink, Result result) {
    sink.putOptionalText(result.finishReason())
        .putInt(result.usage().promptTokens())
        .putInt(result.usage().completionTokens())
        .putInt(result.labels().size());
    result.labels().forEach(sink::putText);
    TensorCodec.writeAll(sink, result.outputs());
  }

  static Result readResult(ByteSource source) {
    String finishReason = source.getOptionalText();
    Usage usage = new Usage(source.getInt(), source.getInt());
    int count = source.getCount(4);
    if (count > MOST_LABELS) {
      throw new MalformedBytes(count + " labels (expected: at most " + MOST_LABELS + ")");
    }
    List<String> labels = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      labels.add(source.getText());
    }
    return new Result(finishReason, usage, TensorCodec.readAll(source), labels);
  }
}
