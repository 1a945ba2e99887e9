package dev.millrace.ingress.http;

/** Runs something on the loop later. */
@FunctionalInterface
public interface Timers {

  void after(long millis, Runnable action);
}
