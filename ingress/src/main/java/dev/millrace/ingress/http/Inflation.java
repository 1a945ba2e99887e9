package dev.millrace.ingress.http;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Takes compression off a body or a message, a piece at a time: what would grow beyond its limit is
 * refused before it is there.
 */
public final class Inflation {

  private static final int PIECE = 8_192;

  /** How many times its size a body may grow, once it is large enough to matter. */
  private static final int MOST_RATIO = 200;

  private static final int ALWAYS_ALLOWED = 256 << 10;

  private Inflation() {}

  /** Whether the coding is one that {@link #inflate} knows. */
  public static boolean knows(String coding) {
    return coding.equals("gzip") || coding.equals("deflate");
  }

  /**
   * @param coding {@code gzip} or {@code deflate} (zlib, RFC 9110)
   * @param limit bytes that may come out
   * @throws ProblemException when more would come out, or the bytes are not what they claim to be
   */
  public static byte[] inflate(byte[] packed, String coding, int limit) {
    long most = Math.min(limit, Math.max(ALWAYS_ALLOWED, (long) packed.length * MOST_RATIO));
    try (InputStream in = open(packed, coding)) {
      ByteArrayOutputStream out =
          new ByteArrayOutputStream((int) Math.min(most, packed.length * 4L));
      byte[] piece = new byte[PIECE];
      for (int count; (count = in.read(piece)) >= 0; ) {
        if (out.size() + count > most) {
          throw new ProblemException(
              Problem.of(
                  ErrorCode.TOO_LARGE,
                  packed.length
                      + " bytes that grow beyond "
                      + most
                      + " (expected: at most "
                      + limit
                      + " bytes, and at most "
                      + MOST_RATIO
                      + " times the size)"));
        }
        out.write(piece, 0, count);
      }
      return out.toByteArray();
    } catch (IOException malformed) {
      throw new ProblemException(
          Problem.invalid("content-encoding", "bytes that are no " + coding, coding));
    }
  }

  private static InputStream open(byte[] packed, String coding) throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(packed);
    return coding.equals("gzip") ? new GZIPInputStream(bytes) : new InflaterInputStream(bytes);
  }
}
