package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * One snapshot: a header, then the state's bytes.
 *
 * <pre>
 *  0 long  "MILLRSNP"            24 long position of the last record contained
 *  8 short format                32 long length of the state
 * 10 short length of the header  40 int  CRC of the state
 * 12 int   flags, 0              44 int  key id, 0 for clear text
 * 16 long  identity of the log   48 12 bytes of zero
 *                                60 int  CRC of bytes 0..59
 * </pre>
 */
final class SnapshotFile {

  static final int FORMAT = 1;
  private static final int BYTES = 64;
  private static final long MAGIC = 0x4d494c4c52534e50L;
  private static final int CHUNK = 64 << 10;

  private SnapshotFile() {}

  static void write(DiskFile file, long logId, long position, SnapshotStore.Content content)
      throws IOException {
    Output out = new Output(file);
    content.writeTo(out);
    out.flush();
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    header.putLong(MAGIC).putShort((short) FORMAT).putShort((short) BYTES).putInt(0);
    header.putLong(logId).putLong(position).putLong(out.at - BYTES);
    header.putInt((int) out.crc.getValue());
    header.putInt(BYTES - 4, new Checksum().of(header, 0, BYTES - 4));
    file.write(header.clear(), 0);
  }

  /** Reads all of it; returns its position, or throws when it is not what was written. */
  static long check(Disk disk, Path path, long logId) throws IOException {
    try (DiskFile file = disk.openToRead(path)) {
      ByteBuffer header = ByteBuffer.allocate(4096);
      file.read(header, 0);
      Prefix.check(header.flip(), MAGIC, FORMAT, BYTES, 4096, path, "snapshot");
      if (header.getLong(16) != logId) {
        throw new LogDamagedException(path, 16, "the snapshot belongs to another log");
      }
      long length = header.getLong(32);
      if (length != file.size() - BYTES) {
        throw new LogDamagedException(
            path, 32, (file.size() - BYTES) + " bytes of state (expected: " + length + ")");
      }
      if (checksum(file) != header.getInt(40)) {
        throw new LogDamagedException(path, BYTES, "the checksum of the state is wrong");
      }
      return header.getLong(24);
    }
  }

  private static int checksum(DiskFile file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long at = BYTES; file.read(chunk.clear(), at) > 0; at += chunk.limit()) {
      crc.update(chunk.flip());
    }
    return (int) crc.getValue();
  }

  static InputStream open(Disk disk, Path path) throws IOException {
    return new Input(disk.openToRead(path));
  }

  private static final class Output extends OutputStream {
    private final DiskFile file;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private final CRC32C crc = new CRC32C();
    private long at = BYTES;

    Output(DiskFile file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      if (!chunk.hasRemaining()) {
        flush();
      }
      chunk.put((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        if (!chunk.hasRemaining()) {
          flush();
        }
        int part = Math.min(chunk.remaining(), length - done);
        chunk.put(bytes, offset + done, part);
        done += part;
      }
    }

    @Override
    public void flush() throws IOException {
      chunk.flip();
      int length = chunk.remaining();
      crc.update(chunk.array(), 0, length);
      file.write(chunk, at);
      at += length;
      chunk.clear();
    }
  }

  private static final class Input extends InputStream {
    private final DiskFile file;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
    private long at = BYTES;

    Input(DiskFile file) {
      this.file = file;
    }

    private boolean fill() throws IOException {
      if (!chunk.hasRemaining()) {
        at += file.read(chunk.clear(), at);
        chunk.flip();
      }
      return chunk.hasRemaining();
    }

    @Override
    public int read() throws IOException {
      return fill() ? Byte.toUnsignedInt(chunk.get()) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int part = Math.min(length, chunk.remaining());
      chunk.get(into, offset, part);
      return part;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
