package dev.millrace.domain.port;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import java.util.List;

/** Puts back the streams that a restart found in the log. Before anything else is submitted. */
public interface StreamRestorer {

  /**
   * Opens the stream of a task that was acknowledged and has not ended, as it stood.
   *
   * @param recorded its events from number 0 without a hole; the next one continues them
   */
  StreamWriter restore(Task task, List<StreamEvent> recorded);

  /**
   * Remembers where the transcript of a task lies that has ended.
   *
   * @param position for {@link EventRecorder#readTranscript}
   */
  void restoreEnded(TaskId id, long position);
}
