package dev.millrace.journal;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.bytes.ByteSink;

/** The end of a task on its way, with its transcript or the digest of the blob that holds it. */
final class EndEntry extends StreamEntry {

  private final EndRecord record;
  private final byte[] transcript;
  private final EventRecorder.WrittenAt listener;

  EndEntry(
      Task task,
      EventFeed feed,
      EndRecord record,
      byte[] transcript,
      EventRecorder.WrittenAt listener) {
    super(task, feed);
    this.record = record;
    this.transcript = transcript;
    this.listener = listener;
  }

  @Override
  public int type() {
    return RecordType.END;
  }

  @Override
  void write(ByteSink sink) {
    EndRecord.write(sink, record, transcript);
  }

  @Override
  void publish(long position) {
    listener.written(record.number(), position);
  }
}
