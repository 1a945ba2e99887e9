package dev.millrace.journal;

import dev.millrace.domain.task.Task;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.disk.StorageFullException;
import dev.millrace.kernel.log.LogEntry;
import dev.millrace.kernel.log.RecordRefusedException;
import java.nio.ByteBuffer;

/**
 * A record of a stream on its way: never dropped, never overtaken by a later one. It asks for no
 * sync: written is enough to be delivered, and the log syncs what it has soon after.
 */
abstract class StreamEntry implements LogEntry {

  final Task task;
  private final EventFeed feed;

  StreamEntry(Task task, EventFeed feed) {
    this.task = task;
    this.feed = feed;
  }

  /** Puts the payload. */
  abstract void write(ByteSink sink);

  /** The record is with the operating system. */
  abstract void publish(long position);

  @Override
  public final int tenant() {
    return task.tenant();
  }

  @Override
  public final int keyId() {
    return 0;
  }

  @Override
  public final boolean wantsSync() {
    return false;
  }

  @Override
  public final boolean essential() {
    return true;
  }

  @Override
  public final void encode(ByteBuffer into) {
    feed.passOrHold();
    ByteSink sink = feed.sink();
    write(sink);
    into.put(sink.array(), 0, sink.length());
  }

  @Override
  public final void written(long position) {
    feed.passed();
    publish(position);
  }

  @Override
  public final void durable() {}

  @Override
  public final void failed(Exception reason) {
    boolean held =
        reason instanceof RecordRefusedException && reason.getCause() instanceof EventFeed.Held;
    if (held || reason instanceof StorageFullException) {
      feed.hold(this);
    } else {
      feed.lost(this, reason);
    }
  }
}
