package dev.millrace.journal;

import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.log.LogEntry;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A task on its way to its acknowledgement: the one object that a submit costs. */
final class AcceptedEntry implements LogEntry {

  private final Intake intake;
  private final Task task;
  private final TaskIntake.Listener listener;
  private final @Nullable Claim claim;
  private final @Nullable BlobDigest blob;

  AcceptedEntry(
      Intake intake,
      Task task,
      TaskIntake.Listener listener,
      @Nullable Claim claim,
      @Nullable BlobDigest blob) {
    this.intake = intake;
    this.task = task;
    this.listener = listener;
    this.claim = claim;
    this.blob = blob;
  }

  @Override
  public int type() {
    return RecordType.ACCEPTED;
  }

  @Override
  public int tenant() {
    return task.tenant();
  }

  @Override
  public int keyId() {
    return 0;
  }

  @Override
  public boolean wantsSync() {
    return true;
  }

  @Override
  public void encode(ByteBuffer into) {
    ByteSink sink = intake.sink();
    AcceptedRecord.write(sink, task, claim == null ? null : claim.keys, blob);
    into.put(sink.array(), 0, sink.length());
  }

  @Override
  public void written(long position) {
    if (claim != null) {
      claim.position = position;
    }
  }

  @Override
  public void durable() {
    intake.accepted(task, listener, claim);
  }

  @Override
  public void failed(Exception reason) {
    intake.refuse(listener, claim, Refusals.of(reason));
  }
}
