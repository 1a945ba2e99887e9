package dev.millrace.ingress.testing;

import dev.millrace.kernel.metrics.Meters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Meters of which the gauges can be read. */
public final class Gauges implements Meters {

  private final Map<String, DoubleSupplier> values = new ConcurrentHashMap<>();

  /** What the gauge shows now. */
  public double read(String name) {
    DoubleSupplier value = values.get(name);
    if (value == null) {
      throw new AssertionError("no gauge is named " + name);
    }
    return value.getAsDouble();
  }

  @Override
  public Count counter(String name, String help, String... labels) {
    return amount -> {};
  }

  @Override
  public Timing timing(String name, String help, String... labels) {
    return nanos -> {};
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    values.put(name, value);
  }
}
