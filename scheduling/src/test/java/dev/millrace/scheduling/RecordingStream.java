package dev.millrace.scheduling;

import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import java.util.ArrayList;
import java.util.List;

/** A stream that keeps its events and refuses any after the end. */
class RecordingStream implements StreamWriter {

  final Task task;
  final List<StreamEvent> events = new ArrayList<>();
  final List<Integer> attempts = new ArrayList<>();

  /** How far its reader is behind. */
  int lead;

  RecordingStream(Task task) {
    this.task = task;
  }

  @Override
  public int append(StreamEvent event) {
    if (ended()) {
      throw new IllegalStateException(task.id() + ": " + event + " after its end");
    }
    events.add(event);
    return events.size() - 1;
  }

  @Override
  public int nextNumber() {
    return events.size();
  }

  @Override
  public int[] tokenIds() {
    return events.stream()
        .filter(StreamEvent.Token.class::isInstance)
        .mapToInt(event -> ((StreamEvent.Token) event).id())
        .toArray();
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder();
    for (StreamEvent event : events) {
      text.append(event instanceof StreamEvent.Token(var id, var piece) ? piece : "");
    }
    return text.toString();
  }

  @Override
  public int lead() {
    return lead;
  }

  @Override
  public void running(int attempt) {
    attempts.add(attempt);
  }

  boolean ended() {
    return !events.isEmpty() && events.getLast() instanceof StreamEvent.End;
  }

  StreamEvent.End end() {
    if (!ended()) {
      throw new AssertionError(task.id() + " has not ended: " + events);
    }
    return (StreamEvent.End) events.getLast();
  }

  /** Null while it has not ended. */
  TaskState state() {
    return ended() ? end().state() : null;
  }
}
