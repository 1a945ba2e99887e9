package dev.millrace.journal;

import dev.millrace.domain.port.EventRecorder.Written;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a killed process from a machine that lost its power: a file that names the run of the
 * machine on which the journal was open, and is gone after a close in good order.
 *
 * <p>After a loss of power the streams that lived are told so before the file names the new run.
 * Whatever dies in between, the next start finds the old name and tells them again.
 *
 * <p>Threads: the owner of the journal's life cycle; {@link #told} is for the log's thread.
 */
final class MachineMark {

  private static final Logger LOG = LoggerFactory.getLogger(MachineMark.class);
  private static final int MOST_BYTES = 64;

  private final Disk disk;
  private final Path file;
  private final Path temporary;
  private final boolean powerLost;

  /** Of notices on their way to the disk; one more as long as not all of them are on it. */
  private final AtomicInteger untold = new AtomicInteger(1);

  private volatile Runnable allTold = () -> {};

  private MachineMark(Disk disk, Path file, boolean powerLost) {
    this.disk = disk;
    this.file = file;
    this.temporary = file.resolveSibling(file.getFileName() + ".new");
    this.powerLost = powerLost;
  }

  /** Looks and changes nothing. */
  static MachineMark read(Disk disk, Path file) throws IOException {
    return new MachineMark(
        disk, file, disk.exists(file) && !text(disk, file).equals(disk.machineRun()));
  }

  /** What is no name is none of this run's. */
  private static String text(Disk disk, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES + 1);
    try (DiskFile opened = disk.openToRead(file)) {
      opened.read(bytes, 0);
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** Whether what was shown and not synced may be lost. */
  boolean powerLost() {
    return powerLost;
  }

  /** One more notice is on its way; the answer is to be called when it is with the system. */
  Written told(Written next) {
    untold.incrementAndGet();
    return number -> {
      next.written(number);
      oneLess();
    };
  }

  /**
   * All notices are on their way.
   *
   * @param then writes the mark; called once, by whichever thread finishes the last notice
   */
  void allUnderWay(Runnable then) {
    allTold = then;
    oneLess();
  }

  private void oneLess() {
    if (untold.decrementAndGet() == 0) {
      allTold.run();
    }
  }

  /** Names this run of the machine; a full disk only leaves the old name there. */
  void write() throws IOException {
    byte[] name = disk.machineRun().getBytes(StandardCharsets.UTF_8);
    try {
      disk.delete(temporary);
      try (DiskFile opened = disk.create(temporary)) {
        opened.write(ByteBuffer.wrap(name), 0);
        opened.force();
      }
      disk.rename(temporary, file);
      disk.syncDirectory(directory());
    } catch (StorageFullException full) {
      LOG.warn("no room to note which run of the machine this is: {}", full.getMessage());
    }
  }

  /** All is synced: what happens to the machine from now on takes nothing. */
  void clear() throws IOException {
    disk.delete(file);
    disk.syncDirectory(directory());
  }

  private Path directory() {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IllegalStateException(file + " lies in no directory");
    }
    return directory;
  }
}
