package dev.millrace.journal;

import dev.millrace.domain.codec.TaskCodec;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamRestorer;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.TaskSink;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the tasks that lived back into their streams and on their way. At the start, once. */
final class Restorer {

  private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);

  /** Of a task that had one, or may have had one whose events were all lost. */
  private static final int NEXT_ATTEMPT = 2;

  private final Clock clock;
  private final Payloads payloads;
  private final StreamRestorer streams;
  private final List<Restored> restored = new ArrayList<>();

  private record Restored(Task task, StreamWriter stream, boolean inputLost) {}

  Restorer(Clock clock, Payloads payloads, StreamRestorer streams) {
    this.clock = clock;
    this.payloads = payloads;
    this.streams = streams;
  }

  void restore(LiveTask live) {
    AcceptedRecord record =
        AcceptedRecord.read(new ByteSource(live.accepted()), live.tenant(), clock);
    Task task = record.head();
    boolean lost = false;
    if (record.blob() != null) {
      try {
        task = TaskCodec.withInput(task, payloads.input(live.tenant(), record.blob()));
      } catch (IOException unreadable) {
        LOG.error("{}: its input cannot be read back; it ends failed", task.id(), unreadable);
        lost = true;
      }
    }
    // As far back as the budget that is spent, so that ages in receipts stay true.
    long budgetNanos = task.settings().budgetMillis() * 1_000_000;
    task.stamps().mark(Stamp.ACCEPTED, task.deadlineNanos() - budgetNanos);
    List<StreamEvent> events = live.events();
    restored.add(new Restored(task, streams.restore(task, events), lost));
  }

  int count() {
    return restored.size();
  }

  /**
   * The power went: readers may have seen events that were never synced. What is recorded is whole
   * and goes on, but under numbers that somebody may know by another text.
   */
  void tellOfLoss() {
    for (Restored each : restored) {
      each.stream.append(new Notice(StreamEvent.Code.GAP, NEXT_ATTEMPT));
    }
  }

  /** In the order of acceptance. */
  void handOver(TaskSink next) {
    for (Restored each : restored) {
      if (each.inputLost) {
        each.stream.append(
            StreamEvent.End.failed(
                TaskState.FAILED,
                Problem.of(ErrorCode.INTERNAL, "the task's input was lost with its file")));
      } else {
        next.accept(each.task, each.stream);
      }
    }
  }
}
