package dev.millrace.kernel.sim;

import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Arrays;

/** One open file of a {@link SimulatedDisk}. */
final class SimulatedFile implements DiskFile {

  /** The bytes of a file: as readers see them, and as a power loss would leave them. */
  static final class Content {
    private byte[] visible;
    private byte[] stored;

    Content() {
      this(new byte[0]);
    }

    Content(byte[] bytes) {
      visible = bytes.clone();
      stored = visible.clone();
    }

    int size() {
      return visible.length;
    }

    byte[] copy() {
      return visible.clone();
    }

    void revert() {
      visible = stored.clone();
    }

    void flip(long offset, int bit) {
      visible[(int) offset] ^= (byte) (1 << bit);
      if (offset < stored.length) {
        stored[(int) offset] ^= (byte) (1 << bit);
      }
    }
  }

  /** A change not yet synced: bytes written at a position, or (bytes empty) a new length. */
  record Change(Content of, int position, byte[] bytes, int newLength) {

    long length() {
      return Math.max(1, bytes.length);
    }

    /** The disk stores the first bytes of the change. */
    void keep(long limit) {
      int kept = (int) Math.min(limit, bytes.length);
      if (newLength >= 0) {
        if (limit > 0) {
          of.stored = Arrays.copyOf(of.stored, newLength);
        }
      } else if (kept > 0) {
        of.stored = grown(of.stored, position + kept);
        System.arraycopy(bytes, 0, of.stored, position, kept);
      }
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final SimulatedDisk disk;
  private final Path path;
  private final Content content;
  private final int generation;
  private boolean closed;

  SimulatedFile(SimulatedDisk disk, Path path, Content content, int generation) {
    this.disk = disk;
    this.path = path;
    this.content = content;
    this.generation = generation;
  }

  private static byte[] grown(byte[] bytes, int length) {
    return bytes.length >= length ? bytes : Arrays.copyOf(bytes, length);
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      requireOpen();
      return content.visible.length;
    }
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    synchronized (disk) {
      requireOpen();
      int count = (int) Math.min(into.remaining(), Math.max(0, content.visible.length - position));
      if (count > 0) {
        into.put(content.visible, (int) position, count);
      }
      return count;
    }
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    synchronized (disk) {
      requireOpen();
      long room = content.visible.length + disk.freeBytes(path);
      int count = (int) Math.min(from.remaining(), Math.max(0, room - position));
      boolean full = count < from.remaining();
      byte[] bytes = new byte[count];
      from.get(bytes);
      content.visible = grown(content.visible, (int) position + count);
      System.arraycopy(bytes, 0, content.visible, (int) position, count);
      disk.changed(new Change(content, (int) position, bytes, -1));
      if (full) {
        throw new StorageFullException("simulated: no space left writing " + path);
      }
    }
  }

  @Override
  public void preallocate(long size) throws IOException {
    synchronized (disk) {
      requireOpen();
      if (size - content.visible.length > disk.freeBytes(path)) {
        throw new StorageFullException("simulated: no space left growing " + path);
      }
      if (size > content.visible.length) {
        resize((int) size);
      }
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    synchronized (disk) {
      requireOpen();
      if (size < content.visible.length) {
        resize((int) size);
      }
    }
  }

  private void resize(int size) {
    content.visible = Arrays.copyOf(content.visible, size);
    disk.changed(new Change(content, 0, NOTHING, size));
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      requireOpen();
      try {
        disk.beforeSync(path);
      } catch (IOException failed) {
        // As Linux does: the pages are marked clean, so the next sync will not write them either.
        disk.settle(content, false);
        throw failed;
      }
      disk.settle(content, true);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    disk.requireAlive(generation);
  }
}
