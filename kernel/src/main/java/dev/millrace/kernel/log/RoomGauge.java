package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.nio.file.Path;

/** Knows whether there is room for new work; asks the disk ten times a second at most. */
final class RoomGauge {

  private static final long INTERVAL_NANOS = 100_000_000;

  private final Disk disk;
  private final Path directory;
  private final long minFreeBytes;
  private final LogListener listener;
  private final StorageFullException refusal;
  private long nextLook;
  private boolean looked;
  private volatile boolean low;

  RoomGauge(Disk disk, Path directory, long minFreeBytes, LogListener listener) {
    this.disk = disk;
    this.directory = directory;
    this.minFreeBytes = minFreeBytes;
    this.listener = listener;
    this.refusal =
        new StorageFullException(
            directory + " has less than the " + minFreeBytes + " bytes free that new work needs");
    refusal.setStackTrace(new StackTraceElement[0]); // one for all who are refused
  }

  void look(long nowNanos) throws IOException {
    if (!looked || nowNanos - nextLook >= 0) {
      looked = true;
      nextLook = nowNanos + INTERVAL_NANOS;
      tell(disk.freeBytes(directory) < minFreeBytes);
    }
  }

  /** A write found no room, whatever the gauge said. */
  void ranOut(long nowNanos) {
    nextLook = nowNanos + INTERVAL_NANOS;
    tell(true);
  }

  private void tell(boolean nowLow) {
    if (nowLow != low) {
      low = nowLow;
      listener.storageLow(nowLow);
    }
  }

  /** Any thread. */
  boolean isLow() {
    return low;
  }

  StorageFullException refusal() {
    return refusal;
  }

  /** When to look again while nothing comes in; room must be noticed also then. */
  long nextDeadline() {
    return low ? nextLook : Long.MAX_VALUE;
  }
}
