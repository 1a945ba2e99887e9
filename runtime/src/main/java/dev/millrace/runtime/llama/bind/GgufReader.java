package dev.millrace.runtime.llama.bind;

import dev.millrace.domain.error.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file from its beginning on, little end first; never past its end. */
final class GgufReader implements AutoCloseable {

  private static final int WINDOW = 1 << 16;

  private final String name;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowFrom;
  private long position;

  GgufReader(Path path) throws IOException {
    this.name = String.valueOf(path.getFileName());
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
    this.size = channel.size();
  }

  long size() {
    return size;
  }

  long position() {
    return position;
  }

  long unsignedInt() throws IOException {
    ByteBuffer at = take(4);
    return Integer.toUnsignedLong(at.getInt());
  }

  /** Negative where it is larger than a long can say. */
  long unsignedLong() throws IOException {
    return take(8).getLong();
  }

  /**
   * A count of things.
   *
   * @param least bytes that each takes in the rest of the file
   */
  long count(int least) throws IOException {
    long count = unsignedLong();
    if (count < 0 || count > (size - position) / Math.max(1, least)) {
      throw malformed("a count of " + Long.toUnsignedString(count), "what the file has room for");
    }
    return count;
  }

  String text(int longest) throws IOException {
    long length = count(1);
    if (length > longest) {
      throw malformed("a name of " + length + " bytes", "at most " + longest);
    }
    byte[] bytes = new byte[(int) length];
    for (int done = 0; done < length; ) {
      int part = (int) Math.min(WINDOW, length - done);
      take(part).get(bytes, done, part);
      done += part;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  void skip(long bytes) {
    if (bytes > size - position) {
      throw malformed(bytes + " bytes to come", "at most " + (size - position));
    }
    position += bytes;
  }

  /** So many bytes, at most a window, at hand. */
  private ByteBuffer take(int bytes) throws IOException {
    if (bytes > size - position) {
      throw malformed("an early end", "at least " + bytes + " more bytes");
    }
    if (position < windowFrom || position + bytes > windowFrom + window.limit()) {
      window.clear();
      windowFrom = position;
      while (window.hasRemaining() && channel.read(window, windowFrom + window.position()) >= 0) {
        // Until the window is full or the file ends.
      }
      window.flip();
      if (window.limit() < bytes) {
        throw malformed("a file that became shorter", "size " + size);
      }
    }
    window.position((int) (position - windowFrom));
    position += bytes;
    return window;
  }

  ProblemException malformed(String found, String expected) {
    return Refusals.failed(
        name + ": at " + position + ": " + found + " (expected: " + expected + ")");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
