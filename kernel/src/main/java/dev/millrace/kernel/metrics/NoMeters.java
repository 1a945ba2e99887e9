package dev.millrace.kernel.metrics;

import java.util.function.DoubleSupplier;

enum NoMeters implements Meters {
  INSTANCE;

  @Override
  public Count counter(String name, String help, String... labels) {
    return amount -> {};
  }

  @Override
  public Timing timing(String name, String help, String... labels) {
    return nanos -> {};
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
}
