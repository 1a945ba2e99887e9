package dev.millrace.streams;

import dev.millrace.domain.codec.EventCodec;
import dev.millrace.domain.codec.TaskCodec;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;

/**
 * A whole ended stream in one piece of flat bytes: format, tenant, the task without its input,
 * attempts, stamps as nanoseconds since acceptance, events.
 */
final class Transcript {

  private static final byte FORMAT = 1;
  private static final Stamp[] STAMPS = Stamp.values();
  private static final long ABSENT = Long.MIN_VALUE;

  private Transcript() {}

  static byte[] encode(Task task, int attempt, StreamEvent[] events, int count) {
    ByteSink sink = new ByteSink(256 + count * 16);
    sink.putByte(FORMAT).putInt(task.tenant());
    TaskCodec.writeHead(sink, task);
    sink.putInt(attempt).putByte(STAMPS.length);
    long base = task.stamps().at(Stamp.ACCEPTED);
    for (Stamp stamp : STAMPS) {
      long at = task.stamps().at(stamp);
      sink.putLong(at == 0 ? ABSENT : at - base);
    }
    sink.putInt(count);
    for (int i = 0; i < count; i++) {
      EventCodec.write(sink, events[i]);
    }
    return sink.toByteArray();
  }

  static ArchivedStream decode(byte[] bytes, Clock clock) {
    ByteSource source = new ByteSource(bytes);
    byte format = source.getByte();
    if (format != FORMAT) {
      throw new MalformedBytes("a transcript of format " + format + " (expected: " + FORMAT + ")");
    }
    int tenant = source.getInt();
    Task task = TaskCodec.readHead(source, tenant, clock);
    int attempt = source.getInt();
    readStamps(source, task.stamps());
    int count = source.getCount(1);
    StreamEvent[] events = new StreamEvent[count];
    for (int i = 0; i < count; i++) {
      events[i] = EventCodec.read(source);
    }
    if (count == 0 || !(events[count - 1] instanceof End end)) {
      throw new MalformedBytes("a transcript without an end (expected: one, the last event)");
    }
    return new ArchivedStream(task, attempt, events, end);
  }

  private static void readStamps(ByteSource source, Stamps stamps) {
    int count = source.getByte();
    for (int i = 0; i < count; i++) {
      long sinceAccepted = source.getLong();
      if (sinceAccepted != ABSENT && i < STAMPS.length) {
        // The clock that made them may be gone: only differences are kept, so any base serves.
        stamps.mark(STAMPS[i], sinceAccepted + 1);
      }
    }
  }
}
