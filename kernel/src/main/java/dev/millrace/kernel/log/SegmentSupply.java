package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Prepares segment files of written zeros beside the writer, which then need only a header and a
 * name. The writer's thread owns it; only the preparation runs elsewhere.
 */
final class SegmentSupply implements AutoCloseable {

  // Synced in steps: one sync of a whole segment would hold up the writer's own syncs.
  private static final long STEP_BYTES = 2 << 20;

  /** A preallocated file, still under a temporary name. */
  record Blank(Path path, DiskFile file) {}

  private final Disk disk;
  private final Path directory;
  private final long segmentBytes;
  private final Executor background;
  private @Nullable CompletableFuture<Blank> next;
  private int made;

  SegmentSupply(Disk disk, Path directory, long segmentBytes, Executor background) {
    this.disk = disk;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.background = background;
  }

  /** Begins to prepare the next file, unless one is prepared already. */
  void prepare() {
    if (next == null) {
      Path path = nextPath();
      next = CompletableFuture.supplyAsync(() -> makeUnchecked(path), background);
    }
  }

  /** The prepared file, or one made now: a writer that needs it never waits for the background. */
  Blank take() throws IOException {
    CompletableFuture<Blank> prepared = next;
    if (prepared == null || !prepared.isDone()) {
      return make(nextPath());
    }
    next = null;
    try {
      return prepared.join();
    } catch (CompletionException failed) {
      return make(nextPath()); // the fault may be gone, and if not it is told by this try
    }
  }

  private Path nextPath() {
    return directory.resolve("next-" + ++made + LogFiles.TEMPORARY);
  }

  private Blank makeUnchecked(Path path) {
    try {
      return make(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Blank make(Path path) throws IOException {
    if (disk.freeBytes(directory) < segmentBytes) {
      throw new StorageFullException(
          directory + " has less than a segment of " + segmentBytes + " bytes free");
    }
    DiskFile file = disk.create(path);
    try {
      for (long size = 0; size < segmentBytes; ) {
        size = Math.min(size + STEP_BYTES, segmentBytes);
        file.preallocate(size);
        file.force();
      }
      return new Blank(path, file);
    } catch (IOException failure) {
      file.close();
      disk.delete(path);
      throw failure;
    }
  }

  /** Gives the room of a prepared file back. */
  @Override
  public void close() {
    if (next != null) {
      next.thenAccept(this::discard);
    }
  }

  private void discard(Blank blank) {
    try {
      blank.file().close();
      disk.delete(blank.path());
    } catch (IOException left) {
      throw new UncheckedIOException(left); // the next start deletes it
    }
  }
}
