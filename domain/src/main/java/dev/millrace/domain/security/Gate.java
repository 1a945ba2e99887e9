package dev.millrace.domain.security;

import org.jspecify.annotations.Nullable;

/** The one authorization point. Any thread; never waits; denies by default. */
@FunctionalInterface
public interface Gate {

  /**
   * @param credential the bearer token as sent, or null when there was none
   * @param action what the route does
   */
  Access check(@Nullable String credential, Action action);
}
