package dev.millrace.verify.scenario;

import dev.millrace.verify.node.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A TCP socket that says whatever a test wants and may vanish in the middle. */
final class HostileSocket implements AutoCloseable {

  static final String KEY = "authorization: Bearer " + NodeProcess.KEY + "\r\n";
  private static final int LIMIT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  HostileSocket(NodeProcess node) throws IOException {
    socket = new Socket("127.0.0.1", node.port());
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A frame of HTTP/2. */
  static byte[] http2(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putShort((short) (payload.length >> 8))
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The beginning of HTTP/2 with prior knowledge. */
  static byte[] preface() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    out.writeBytes(http2(4, 0, 0, new byte[0]));
    return out.toByteArray();
  }

  /** Sends; false once the node has hung up. */
  boolean send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException hungUp) {
      return false;
    }
  }

  boolean send(String text) {
    return send(ascii(text));
  }

  /** So many bytes at least, in ISO 8859-1; fewer where the line ends before. */
  String read(int least) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] piece = new byte[8_192];
    for (int count; text.length() < least && (count = more(piece)) > 0; ) {
      text.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  private int more(byte[] piece) throws IOException {
    try {
      return in.read(piece);
    } catch (SocketTimeoutException late) {
      throw late;
    } catch (IOException reset) {
      return -1;
    }
  }

  /** All that comes until the node hangs up, which it must. */
  String readToTheEnd() throws IOException {
    return read(Integer.MAX_VALUE);
  }

  /** Vanishes: the other side gets a reset, whatever is on its way. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
