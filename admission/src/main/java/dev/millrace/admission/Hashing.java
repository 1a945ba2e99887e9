package dev.millrace.admission;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of short texts, without looking the algorithm up each time. Any thread. */
final class Hashing {

  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(Hashing::algorithm);

  private Hashing() {}

  static byte[] sha256(byte[] bytes) {
    return DIGEST.get().digest(bytes);
  }

  private static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
