package dev.millrace.runtime.image;

import dev.millrace.kernel.Clock;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The file as a decoder reads it. Every read looks at the clock: a decoder that takes too long is
 * stopped where it next asks for bytes.
 */
final class BudgetedBytes extends ImageInputStreamImpl {

  /** The budget is spent. Has no stack: it is no defect. */
  static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Spent() {
      super("time budget", null, false, false);
    }
  }

  /**
   * Bytes given at once. Few, because a decoder looks at the clock only when it asks for more, and
   * some hundred bytes of a progressive JPEG can be dozens of passes over a large picture.
   */
  private static final int PORTION = 512;

  private final byte[] file;
  private final Clock clock;
  private final long endNanos;

  BudgetedBytes(byte[] file, Clock clock, long budgetNanos) {
    this.file = file;
    this.clock = clock;
    this.endNanos = clock.nanoTime() + budgetNanos;
  }

  boolean spent() {
    return clock.nanoTime() - endNanos >= 0;
  }

  private void check() {
    if (spent()) {
      throw new Spent();
    }
  }

  @Override
  public int read() {
    check();
    bitOffset = 0;
    return streamPos < file.length ? file[(int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int from, int count) {
    check();
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    if (streamPos >= file.length) {
      return -1;
    }
    int read = (int) Math.min(Math.min(count, PORTION), file.length - streamPos);
    System.arraycopy(file, (int) streamPos, into, from, read);
    streamPos += read;
    return read;
  }

  @Override
  public long length() {
    return file.length;
  }
}
