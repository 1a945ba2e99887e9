package dev.millrace.verify.bench;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.streams.TaskStreams;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one event costs from the lane's owner to the reader, in memory: append, publish, wake, pull;
 * the life of a stream of sixteen tokens, shared among its events. Expect tens of nanoseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenStreamBenchmark {

  private static final int TOKENS = 16;
  private static final End END =
      new End(TaskState.SUCCEEDED, "stop", Usage.NONE, List.of(), List.of(), null);

  private final TaskIds ids = new TaskIds(Clock.system(), new SplittableRandom(1), 0);
  private final Token token = new Token(7, " mill");
  private final TaskStreams streams =
      new TaskStreams(
          new NoLog(), Clock.system(), TaskStreams.Settings.DEFAULT, Runnable::run, Meters.none());
  private int woken;

  @Benchmark
  @OperationsPerInvocation(TOKENS + 1)
  public int streamAndFollow() {
    Task task = task();
    StreamWriter writer = streams.open(task);
    StreamView.Cursor[] cursor = new StreamView.Cursor[1];
    streams.find(task.id(), 1, view -> cursor[0] = follow(view));
    int seen = 0;
    for (int i = 0; i < TOKENS; i++) {
      writer.append(token);
      seen += cursor[0].next() == null ? 0 : 1;
    }
    writer.append(END);
    seen += cursor[0].next() == null ? 0 : 1;
    cursor[0].close();
    return seen + woken;
  }

  private StreamView.Cursor follow(@Nullable StreamView view) {
    if (view == null) {
      throw new IllegalStateException("the stream is gone");
    }
    return view.follow(0, () -> woken++);
  }

  private Task task() {
    return Tasks.of(ids.next(Durability.MEMORY), "sim", new Input.Json(new byte[0]));
  }

  private static final class NoLog implements EventRecorder {
    @Override
    public void record(Task task, int number, StreamEvent event, Written written) {
      throw new IllegalStateException("a task in memory reached the log");
    }

    @Override
    public void recordEnd(Task task, int number, byte[] transcript, WrittenAt written) {
      throw new IllegalStateException("a task in memory reached the log");
    }

    @Override
    public byte[] readTranscript(long position) throws IOException {
      throw new IOException("no log");
    }
  }
}
