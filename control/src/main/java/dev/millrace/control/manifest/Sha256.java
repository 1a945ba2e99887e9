package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** SHA-256 in lower-case hex. Files are opened without following a link in the last place. */
public final class Sha256 {

  private static final int CHUNK = 1 << 16;

  private Sha256() {}

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(algorithm().digest(bytes));
  }

  public static String hex(Path file) throws IOException {
    MessageDigest digest = algorithm();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    try (SeekableByteChannel channel = open(file)) {
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Opens for reading; a link in the place of the file is an error. */
  public static SeekableByteChannel open(Path file) throws IOException {
    return Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
