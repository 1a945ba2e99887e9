package dev.millrace.kernel.metrics;

import java.util.function.DoubleSupplier;

/**
 * Makes meters by Prometheus name ({@code millrace_..._total}, {@code ..._seconds}). Make them once
 * and keep them: looking one up is not for the data path. Labels are name, value, name, value.
 */
public interface Meters {

  /** A number that only grows; the name ends in {@code _total}. */
  Count counter(String name, String help, String... labels);

  /** Durations; recorded in nanoseconds, shown in seconds; the name ends in {@code _seconds}. */
  Timing timing(String name, String help, String... labels);

  /** A value read when somebody looks. */
  void gauge(String name, String help, DoubleSupplier value, String... labels);

  /** Any thread, no lock. */
  interface Count {
    void add(long amount);

    default void increment() {
      add(1);
    }
  }

  /** Any thread, no lock. */
  interface Timing {
    void record(long nanos);
  }

  /** Meters that count nothing. */
  static Meters none() {
    return NoMeters.INSTANCE;
  }
}
