package dev.millrace.streams;

import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Wakeup;
import org.jspecify.annotations.Nullable;

/** An ended stream, read back whole. */
record ArchivedStream(Task task, int attempt, StreamEvent[] events, End end) implements StreamView {

  @Override
  public TaskState state() {
    return end.state();
  }

  @Override
  public int published() {
    return events.length;
  }

  @Override
  public Cursor follow(int from, Wakeup onNews) {
    GapSearch gap = new GapSearch(from);
    return new Cursor() {
      private int next = from;
      private boolean ended;

      @Override
      public @Nullable StreamEvent next() {
        StreamEvent notice = gap.isOpen() ? gap.search(events, events.length) : null;
        if (notice != null || ended) {
          return notice;
        }
        next = Math.min(next, events.length - 1); // behind the end nothing but it will ever come
        ended = next == events.length - 1;
        return events[next++];
      }

      @Override
      public int number() {
        return next - 1;
      }

      @Override
      public void close() {}
    };
  }
}
