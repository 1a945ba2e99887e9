package dev.millrace.journal;

import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.port.TaskSink;
import dev.millrace.domain.task.Task;

/** Where acknowledged tasks go: known only once the streams, which need the journal, exist. */
record Line(Streams streams, TaskSink next) {

  StreamWriter open(Task task) {
    return streams.open(task);
  }
}
