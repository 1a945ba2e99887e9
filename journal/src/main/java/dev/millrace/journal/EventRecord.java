package dev.millrace.journal;

import dev.millrace.domain.codec.EventCodec;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;

/**
 * One event that is not the last. The event stands last, so that the state keeps its bytes without
 * decoding them.
 *
 * <pre>
 * byte format, 1
 * long, long the task's id
 * int  the event's number
 * the event (EventCodec)
 * </pre>
 */
record EventRecord(TaskId id, int number) {

  private static final byte FORMAT = 1;

  static void write(ByteSink sink, TaskId id, int number, StreamEvent event) {
    sink.putByte(FORMAT).putLong(id.high()).putLong(id.low()).putInt(number);
    EventCodec.write(sink, event);
  }

  /** Leaves the source at the event. */
  static EventRecord read(ByteSource source) {
    Formats.expect(source.getByte(), FORMAT, "an event record");
    TaskId id = new TaskId(source.getLong(), source.getLong(), false);
    return new EventRecord(id, source.getInt());
  }
}
