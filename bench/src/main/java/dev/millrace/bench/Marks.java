package dev.millrace.bench;

/** Reads the meters once when the measured window begins and once when it ends. One thread. */
final class Marks {

  private final Meters meters;
  private boolean started;
  private boolean ended;

  Marks(Meters meters) {
    this.meters = meters;
  }

  /** Goes on to now; true once the window has ended. */
  boolean pass(Window window, long nowNanos) {
    if (!started && nowNanos - window.fromNanos() >= 0) {
      started = true;
      meters.windowStarts(nowNanos);
    }
    if (!ended && nowNanos - window.untilNanos() >= 0) {
      ended = true;
      meters.windowEnds(nowNanos);
    }
    return ended;
  }
}
