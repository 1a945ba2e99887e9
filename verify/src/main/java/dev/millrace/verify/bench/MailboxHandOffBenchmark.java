package dev.millrace.verify.bench;

import dev.millrace.kernel.Mailbox;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * What one hand-off to an agent costs. In the group, one sender meets one owner; read the offer
 * line, because empty polls are cheap and many. Alone, the same thread offers and polls: the cost
 * without contention. Expected allocation: 0 B per operation ({@code -prof gc}).
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MailboxHandOffBenchmark {

  private static final Object MESSAGE = new Object();

  private Mailbox<Object> mailbox = fresh();

  private static Mailbox<Object> fresh() {
    return new Mailbox<>(1024, () -> {});
  }

  /** A mailbox left full by one iteration would make the next one measure refusals. */
  @Setup(Level.Iteration)
  public void empty() {
    mailbox = fresh();
  }

  /** A refusal is not a hand-off, so it is not counted as one. */
  @Benchmark
  @Group("handOff")
  @GroupThreads(1)
  public void offer(Control run) {
    while (!run.stopMeasurement && !mailbox.offer(MESSAGE)) {
      Thread.onSpinWait();
    }
  }

  @Benchmark
  @Group("handOff")
  @GroupThreads(1)
  public @Nullable Object poll() {
    return mailbox.poll();
  }

  @Benchmark
  @Group("alone")
  @GroupThreads(1)
  public @Nullable Object offerThenPoll() {
    mailbox.offer(MESSAGE);
    return mailbox.poll();
  }
}
