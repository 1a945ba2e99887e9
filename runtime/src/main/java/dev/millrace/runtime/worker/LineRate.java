package dev.millrace.runtime.worker;

import dev.millrace.kernel.Clock;
import java.util.function.Consumer;

/** Lets 1,000 lines a second through and says how many it left out. One thread. */
final class LineRate implements Consumer<String> {

  static final int LINES_A_SECOND = 1_000;

  private static final long SECOND_NANOS = 1_000_000_000;

  private final Clock clock;
  private final Consumer<String> lines;
  private long second;
  private int passed;
  private long leftOut;

  LineRate(Clock clock, Consumer<String> lines) {
    this.clock = clock;
    this.lines = lines;
    this.second = clock.nanoTime();
  }

  @Override
  public void accept(String line) {
    long now = clock.nanoTime();
    if (now - second >= SECOND_NANOS) {
      second = now;
      passed = 0;
      if (leftOut > 0) {
        lines.accept("(" + leftOut + " lines left out: more than 1,000 a second)");
        leftOut = 0;
      }
    }
    if (passed < LINES_A_SECOND) {
      passed++;
      lines.accept(line);
    } else {
      leftOut++;
    }
  }
}
