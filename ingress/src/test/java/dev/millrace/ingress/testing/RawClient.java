package dev.millrace.ingress.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A TCP socket that says whatever a test wants, byte for byte. */
public final class RawClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;
  private final InputStream in;

  public RawClient(int port) {
    try {
      socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public RawClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Says that nothing more comes; what is on its way can still be read. */
  public RawClient endOfSending() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The next byte, or −1 at the end of the line, however it ended. */
  public int read() {
    try {
      return in.read();
    } catch (java.net.SocketTimeoutException late) {
      throw new AssertionError("nothing came and nothing ended within 15 s", late);
    } catch (IOException reset) {
      return -1;
    }
  }

  public byte[] read(int count) {
    try {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new AssertionError("the line ended within " + count + " bytes");
      }
      return bytes;
    } catch (IOException failed) {
      throw new AssertionError("the line ended within " + count + " bytes", failed);
    }
  }

  /** Everything up to and with this text. */
  public String readUntil(String text) {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = read();
      if (next < 0) {
        throw new AssertionError("the line ended before '" + text + "': " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  /** Everything until the other side closes. */
  public String readToEnd() {
    StringBuilder read = new StringBuilder();
    for (int next; (next = read()) >= 0; ) {
      read.append((char) next);
    }
    return read.toString();
  }

  /** One response with a content-length: head and body. */
  public String readResponse() {
    String head = readUntil("\r\n\r\n");
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
    if (at < 0) {
      return head;
    }
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)).strip());
    return head + new String(read(length), StandardCharsets.UTF_8);
  }

  /** Shrinks what the operating system keeps for a slow reader. To be called before sending. */
  public RawClient readSlowly() {
    try {
      socket.setReceiveBufferSize(4_096);
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
