package dev.millrace.runtime.remote;

/**
 * Second tries are at most a tenth of the requests, after a small advance: servers that fail are
 * not asked twice as much. Owned by one loop.
 */
final class RetryBudget {

  private static final double SHARE = 0.1;
  private static final double MOST = 10;

  private double balance = MOST;

  void requested() {
    balance = Math.min(MOST, balance + SHARE);
  }

  boolean take() {
    if (balance < 1) {
      return false;
    }
    balance--;
    return true;
  }
}
