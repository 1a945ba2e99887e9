package dev.millrace.ingress.grpc;

import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.kernel.Clock;

/** When a call must be over, as its {@code grpc-timeout} says. */
final class Deadline {

  private static final long NEVER = Long.MAX_VALUE;
  private static final int MOST_DIGITS = 8;

  private final Clock clock;
  private final long begunNanos;
  private final long budgetNanos;

  private Deadline(Clock clock, long budgetNanos) {
    this.clock = clock;
    this.begunNanos = clock.nanoTime();
    this.budgetNanos = budgetNanos;
  }

  static Deadline of(GrpcCall call, Clock clock) {
    String timeout = call.header("grpc-timeout");
    return new Deadline(clock, timeout == null ? NEVER : nanos(timeout));
  }

  private static long nanos(String timeout) {
    int digits = timeout.length() - 1;
    long unit = digits < 1 || digits > MOST_DIGITS ? 0 : unit(timeout.charAt(digits));
    if (unit == 0 || !timeout.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw InferMessages.invalid(
          "grpc-timeout", "no time", "1 to " + MOST_DIGITS + " digits and H, M, S, m, u or n");
    }
    long count = Long.parseLong(timeout.substring(0, digits));
    // Eight digits of hours are more nanoseconds than there are.
    return count > NEVER / 2 / unit ? NEVER / 2 : count * unit;
  }

  private static long unit(char name) {
    return switch (name) {
      case 'H' -> 3_600_000_000_000L;
      case 'M' -> 60_000_000_000L;
      case 'S' -> 1_000_000_000L;
      case 'm' -> 1_000_000L;
      case 'u' -> 1_000L;
      case 'n' -> 1L;
      default -> 0;
    };
  }

  private long leftNanos() {
    return budgetNanos - (clock.nanoTime() - begunNanos);
  }

  boolean isPast() {
    return budgetNanos != NEVER && leftNanos() <= 0;
  }

  /**
   * Gives a task no more time than the call has left.
   *
   * @param most milliseconds that may be asked for
   */
  void limit(TaskRequest task, long most) {
    if (budgetNanos == NEVER) {
      return;
    }
    long left = Math.clamp(Math.ceilDiv(leftNanos(), 1_000_000L), 1, most);
    task.deadlineMillis = task.deadlineMillis == 0 ? left : Math.min(task.deadlineMillis, left);
  }
}
