package dev.millrace.kernel.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One {@link FileChannel}. An interrupt closes a channel under whoever uses it; readers come from
 * any thread, also from virtual ones that are interrupted to be cancelled, so {@link #read} opens
 * the channel again, and the interrupt stays visible to its thread.
 */
final class LocalFile implements DiskFile {

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

  private final Path file;
  private final boolean readOnly;
  private volatile FileChannel channel;
  private volatile boolean closed;

  LocalFile(Path file, OpenOption... options) throws IOException {
    this.file = file;
    this.readOnly = options.length == 1;
    this.channel = FileChannel.open(file, options);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    boolean interrupted = Thread.interrupted();
    int done = 0;
    try {
      while (into.hasRemaining()) {
        FileChannel used = channel;
        try {
          int count = used.read(into, position + done);
          if (count < 0) {
            break;
          }
          done += count;
        } catch (ClosedByInterruptException interrupt) {
          interrupted |= Thread.interrupted();
          reopen(used, interrupt);
        } catch (ClosedChannelException byAnothersInterrupt) {
          reopen(used, byAnothersInterrupt);
        }
      }
      return done;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen(FileChannel broken, IOException cause) throws IOException {
    if (closed || !readOnly) {
      throw cause; // a writer's file may have been renamed: its name must not be opened again
    }
    if (channel == broken) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    }
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    long at = position;
    try {
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    } catch (IOException failure) {
      throw StorageErrors.translated(failure);
    }
  }

  @Override
  public void preallocate(long size) throws IOException {
    for (long at = size(); at < size; ) {
      ByteBuffer zeros = ZEROS.duplicate();
      zeros.limit((int) Math.min(zeros.capacity(), size - at));
      int length = zeros.remaining();
      write(zeros, at);
      at += length;
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
