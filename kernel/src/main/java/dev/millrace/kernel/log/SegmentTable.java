package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments there are, and how far they are written: what the writer shares with readers.
 *
 * <p>The writer adds and publishes; readers see a block once {@link #end()} is behind it.
 */
final class SegmentTable implements AutoCloseable {

  /** A segment and its handle for reading, opened at the first read. */
  static final class Segment implements AutoCloseable {
    private final Disk disk;
    private final Path path;
    private final SegmentHeader header;
    private @Nullable DiskFile file;
    private boolean closed;

    Segment(Disk disk, Path path, SegmentHeader header) {
      this.disk = disk;
      this.path = path;
      this.header = header;
    }

    Path path() {
      return path;
    }

    SegmentHeader header() {
      return header;
    }

    synchronized DiskFile file() throws IOException {
      if (closed) {
        throw new LogStoppedException(path + " is no longer kept", null);
      }
      if (file == null) {
        file = disk.openToRead(path);
      }
      return file;
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      if (file != null) {
        file.close();
      }
    }
  }

  private final Disk disk;
  private final Path directory;
  private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
  private volatile long end = LogPosition.NONE;
  private volatile long durableEnd = LogPosition.NONE;

  SegmentTable(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Reads the header of a segment file and checks that it is the one its name says. */
  Segment load(long number) throws IOException {
    Path path = LogFiles.segment(directory, number);
    ByteBuffer in = ByteBuffer.allocate(4096);
    try (DiskFile file = disk.openToRead(path)) {
      file.read(in, 0);
    }
    SegmentHeader header = SegmentHeader.decode(in.flip(), path);
    if (header.number() != number) {
      throw new LogDamagedException(
          path, 24, "it holds segment " + header.number() + " (expected: " + number + ")");
    }
    return add(header);
  }

  Segment add(SegmentHeader header) {
    Segment segment = new Segment(disk, LogFiles.segment(directory, header.number()), header);
    segments.put(header.number(), segment);
    return segment;
  }

  /** Forgets a segment that is to be deleted; null when there was none. */
  @Nullable Segment remove(long number) {
    return segments.remove(number);
  }

  @Nullable Segment get(long number) {
    return segments.get(number);
  }

  @Nullable Segment after(long number) {
    var entry = segments.higherEntry(number);
    return entry == null ? null : entry.getValue();
  }

  @Nullable Segment first() {
    return after(0);
  }

  @Nullable Segment last() {
    var entry = segments.lastEntry();
    return entry == null ? null : entry.getValue();
  }

  int count() {
    return segments.size();
  }

  /** Behind the last block that was handed to the operating system. */
  long end() {
    return end;
  }

  /** Behind the last block that survives a power loss. */
  long durableEnd() {
    return durableEnd;
  }

  void publishEnd(long position) {
    end = position;
  }

  void publishDurableEnd(long position) {
    durableEnd = position;
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : segments.values()) {
      segment.close();
    }
  }
}
