package dev.millrace.journal;

import dev.millrace.domain.codec.EventCodec;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.util.ArrayList;
import java.util.List;

/**
 * An acknowledged task that has not ended, as its records' bytes: they are decoded only when a
 * restart needs them.
 */
final class LiveTask {

  private static final int FIRST_BYTES = 32;

  private final TaskId id;
  private final int tenant;
  private final long position;
  private final byte[] accepted;
  private final ByteSink events;
  private int count;

  LiveTask(TaskId id, int tenant, long position, byte[] accepted) {
    this(id, tenant, position, accepted, 0, new byte[0]);
  }

  LiveTask(TaskId id, int tenant, long position, byte[] accepted, int count, byte[] recorded) {
    this.id = id;
    this.tenant = tenant;
    this.position = position;
    this.accepted = accepted;
    this.count = count;
    this.events = new ByteSink(Math.max(FIRST_BYTES, recorded.length));
    events.putRaw(recorded, 0, recorded.length);
  }

  TaskId id() {
    return id;
  }

  int tenant() {
    return tenant;
  }

  /** Of its accepted record. */
  long position() {
    return position;
  }

  /** The payload of its accepted record. */
  byte[] accepted() {
    return accepted;
  }

  /** How many events are recorded, which is the number of the next. */
  int count() {
    return count;
  }

  /** All events, one behind the other. */
  byte[] eventBytes() {
    return events.toByteArray();
  }

  void add(byte[] payload, int from, int length) {
    events.putRaw(payload, from, length);
    count++;
  }

  List<StreamEvent> events() {
    ByteSource source = new ByteSource(events.array(), 0, events.length());
    List<StreamEvent> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(EventCodec.read(source));
    }
    return all;
  }
}
