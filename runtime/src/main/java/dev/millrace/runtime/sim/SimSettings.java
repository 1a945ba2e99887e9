package dev.millrace.runtime.sim;

/**
 * How the simulated model runs.
 *
 * @param name as it reports itself
 * @param seed of its failures: the same seed and lease fail at the same token
 * @param capacity attempts at once, 1..100,000; more are refused as overloaded
 * @param burners threads that spend {@code service_ms}, 1..64
 */
public record SimSettings(String name, long seed, int capacity, int burners) {

  public static final SimSettings DEFAULT = new SimSettings("sim", 1, 100_000, 1);

  public SimSettings {
    check("capacity", capacity, 100_000);
    check("burners", burners, 64);
  }

  private static void check(String field, int found, int most) {
    if (found < 1 || found > most) {
      throw new IllegalArgumentException(
          "sim." + field + ": " + found + " (expected: 1.." + most + ")");
    }
  }
}
