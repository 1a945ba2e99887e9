package dev.millrace.verify.bench;

import dev.millrace.kernel.timer.TimerWheel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a task's deadline costs when the task ends in time, as nearly all do: one set, one cancel,
 * beside so many others. Expect a few nanoseconds, whatever stands beside, and no garbage.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TimerBenchmark {

  @Param({"10", "10000"})
  private int others;

  private TimerWheel wheel = TimerWheel.millis(0);
  private final TimerWheel.Timer timer = new Silent();

  /** Fills the wheel with timers that never come due here. */
  @Setup(Level.Trial)
  public void fill() {
    wheel = TimerWheel.millis(0);
    for (int i = 0; i < others; i++) {
      wheel.set(new Silent(), (60_000L + i) * 1_000_000);
    }
  }

  @Benchmark
  public boolean setAndCancel() {
    wheel.set(timer, 5_000_000_000L);
    wheel.cancel(timer);
    return timer.isSet();
  }

  private static final class Silent extends TimerWheel.Timer {
    @Override
    protected void fired(long nowNanos) {}
  }
}
