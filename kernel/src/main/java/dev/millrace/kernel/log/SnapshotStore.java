package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of state beside a log: they shorten replay and are never the only truth, so a damaged
 * one is passed over with a message.
 *
 * <p>Threads: one at a time; it waits for the disk, so not the log's.
 */
public final class SnapshotStore {

  private static final String PREFIX = "snapshot-";
  private static final int KEPT = 2;

  private final Disk disk;
  private final Path directory;
  private final LongSupplier logId;
  private final LongSupplier durableEnd;

  /** Writes state down. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  SnapshotStore(Disk disk, Path directory, LongSupplier logId, LongSupplier durableEnd) {
    this.disk = disk;
    this.directory = directory;
    this.logId = logId;
    this.durableEnd = durableEnd;
  }

  /**
   * Writes a snapshot, durable when this returns, and deletes all but the newest two.
   *
   * @param position of the last record that the state contains; it must be durable, because a
   *     snapshot must not know more than the log does after a power loss
   */
  public void write(long position, Content content) throws IOException {
    if (position >= durableEnd.getAsLong()) {
      throw new IllegalArgumentException(
          "snapshot position: "
              + LogPosition.text(position)
              + " (expected: before the durable end "
              + LogPosition.text(durableEnd.getAsLong())
              + ")");
    }
    Path path = path(position);
    Path temporary = directory.resolve(path.getFileName() + LogFiles.TEMPORARY);
    disk.delete(temporary);
    try (DiskFile file = disk.create(temporary)) {
      SnapshotFile.write(file, logId.getAsLong(), position, content);
      file.force();
    } catch (IOException failed) {
      disk.delete(temporary);
      throw failed;
    }
    disk.rename(temporary, path);
    disk.syncDirectory(directory);
    deleteOld();
  }

  private void deleteOld() throws IOException {
    List<String> names = names();
    for (String name : names.subList(0, Math.max(0, names.size() - KEPT))) {
      disk.delete(directory.resolve(name));
    }
    disk.syncDirectory(directory);
  }

  /**
   * The newest snapshot that is whole and not ahead of the log, or null.
   *
   * @param end of the log, see {@link Log#end()}
   * @param refused is told of each newer one that was passed over, and why
   */
  public @Nullable Snapshot newest(long end, Consumer<String> refused) throws IOException {
    for (String name : names().reversed()) {
      Path path = directory.resolve(name);
      try {
        long position = SnapshotFile.check(disk, path, logId.getAsLong());
        if (position < end) {
          return new Snapshot(position, () -> SnapshotFile.open(disk, path));
        }
        refused.accept(
            path
                + " stands at "
                + LogPosition.text(position)
                + ", but the log ends at "
                + LogPosition.text(end));
      } catch (LogDamagedException | NewerFormatException unusable) {
        refused.accept(String.valueOf(unusable.getMessage()));
      }
    }
    return null;
  }

  private List<String> names() throws IOException {
    return disk.list(directory).stream()
        .filter(name -> name.startsWith(PREFIX) && !name.endsWith(LogFiles.TEMPORARY))
        .toList();
  }

  private Path path(long position) {
    return directory.resolve(PREFIX + HexFormat.of().toHexDigits(position));
  }
}
