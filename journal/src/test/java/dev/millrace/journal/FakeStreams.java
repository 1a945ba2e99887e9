package dev.millrace.journal;

import dev.millrace.domain.codec.EventCodec;
import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.port.StreamRestorer;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The simplest streams that keep the rule: recorded first, shown after. */
final class FakeStreams implements Streams, StreamRestorer {

  final Map<TaskId, Stream> open = new LinkedHashMap<>();

  /** Of this life, the ended ones too. */
  final Map<TaskId, Stream> all = new LinkedHashMap<>();

  final Map<TaskId, Long> ended = new LinkedHashMap<>();
  private final EventRecorder recorder;

  FakeStreams(EventRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Stream open(Task task) {
    return restore(task, List.of());
  }

  @Override
  public Stream restore(Task task, List<StreamEvent> recorded) {
    Stream stream = new Stream(task);
    stream.appended.addAll(recorded);
    stream.shown.addAll(recorded);
    if (open.putIfAbsent(task.id(), stream) != null) {
      throw new AssertionError(task.id() + " is open already");
    }
    all.put(task.id(), stream);
    return stream;
  }

  @Override
  public void forget(TaskId id) {
    all.remove(id);
  }

  @Override
  public void restoreEnded(TaskId id, long position) {
    if (ended.put(id, position) != null) {
      throw new AssertionError(id + " ended twice");
    }
  }

  @Override
  public void find(TaskId id, int tenant, Consumer<StreamView> found) {
    throw new UnsupportedOperationException("no reader here");
  }

  @Override
  public List<StreamView> list(int tenant, TaskState state, String model, TaskId after, int limit) {
    throw new UnsupportedOperationException("no reader here");
  }

  static byte[] transcript(List<StreamEvent> events) {
    ByteSink sink = new ByteSink(64);
    sink.putInt(events.size());
    events.forEach(event -> EventCodec.write(sink, event));
    return sink.toByteArray();
  }

  static List<StreamEvent> events(byte[] transcript) {
    ByteSource source = new ByteSource(transcript);
    List<StreamEvent> events = new ArrayList<>();
    for (int left = source.getInt(); left > 0; left--) {
      events.add(EventCodec.read(source));
    }
    return events;
  }

  /** One task's stream. */
  final class Stream implements StreamWriter {
    final Task task;
    final List<StreamEvent> appended = new ArrayList<>();
    final List<StreamEvent> shown = new ArrayList<>();

    Stream(Task task) {
      this.task = task;
    }

    void token(String text) {
      append(new Token(appended.size(), text));
    }

    void end() {
      append(JournalWorld.SUCCEEDED);
    }

    @Override
    public int append(StreamEvent event) {
      int number = appended.size();
      appended.add(event);
      if (!task.durable()) {
        show(number);
      } else if (event instanceof End) {
        recorder.recordEnd(
            task,
            number,
            transcript(appended),
            (written, position) -> {
              show(written);
              open.remove(task.id());
              ended.put(task.id(), position);
            });
      } else {
        recorder.record(task, number, event, this::show);
      }
      return number;
    }

    private void show(int number) {
      if (number != shown.size()) {
        throw new AssertionError(task.id() + ": " + number + " after " + shown.size());
      }
      shown.add(appended.get(number));
    }

    @Override
    public int nextNumber() {
      return appended.size();
    }

    @Override
    public int[] tokenIds() {
      return new int[0];
    }

    @Override
    public String text() {
      return "";
    }

    @Override
    public void running(int attempt) {}
  }
}
