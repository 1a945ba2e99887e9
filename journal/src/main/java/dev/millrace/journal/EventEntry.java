package dev.millrace.journal;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.bytes.ByteSink;

/** An event on its way. */
final class EventEntry extends StreamEntry {

  private final int number;
  private final StreamEvent event;
  private final EventRecorder.Written listener;

  EventEntry(
      Task task, EventFeed feed, int number, StreamEvent event, EventRecorder.Written listener) {
    super(task, feed);
    this.number = number;
    this.event = event;
    this.listener = listener;
  }

  @Override
  public int type() {
    return RecordType.EVENT;
  }

  @Override
  void write(ByteSink sink) {
    EventRecord.write(sink, task.id(), number, event);
  }

  @Override
  void publish(long position) {
    listener.written(number);
  }
}
