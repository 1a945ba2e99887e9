package dev.millrace.kernel.blob;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a blob's clear bytes. */
public record BlobDigest(long first, long second, long third, long fourth) {

  /** Length in bytes. */
  public static final int BYTES = 32;

  /** The digest of what remains of a buffer, whose position stays. */
  public static BlobDigest of(ByteBuffer bytes) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes.duplicate());
      return read(ByteBuffer.wrap(sha.digest()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /** Takes a digest from a buffer. */
  public static BlobDigest read(ByteBuffer from) {
    return new BlobDigest(from.getLong(), from.getLong(), from.getLong(), from.getLong());
  }

  /** Puts the digest into a buffer. */
  public void write(ByteBuffer into) {
    into.putLong(first).putLong(second).putLong(third).putLong(fourth);
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(first)
        + hex.toHexDigits(second)
        + hex.toHexDigits(third)
        + hex.toHexDigits(fourth);
  }
}
