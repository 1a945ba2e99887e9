package dev.millrace.control.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over one value: a format byte, a nonce of 12 random bytes, the sealed bytes with
 * their tag of 16. The name is sealed in too, so that one secret's file cannot stand for another.
 */
final class Seal {

  static final int KEY_BYTES = 32;
  static final int LARGEST = 16_384;

  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int HEAD = 1 + NONCE_BYTES;

  private Seal() {}

  static byte[] close(byte[] key, String name, byte[] value, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, name).doFinal(value);
      byte[] whole = new byte[HEAD + sealed.length];
      whole[0] = FORMAT;
      System.arraycopy(nonce, 0, whole, 1, NONCE_BYTES);
      System.arraycopy(sealed, 0, whole, HEAD, sealed.length);
      return whole;
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("AES-GCM is not to be had", absent);
    }
  }

  /**
   * @throws IOException when the bytes are not what {@link #close} made of this key and name
   */
  static byte[] open(byte[] key, String name, byte[] whole) throws IOException {
    if (whole.length < HEAD + TAG_BITS / 8 || whole[0] != FORMAT) {
      throw new IOException(name + ": no sealed secret of format " + FORMAT);
    }
    byte[] nonce = Arrays.copyOfRange(whole, 1, HEAD);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, name)
          .doFinal(whole, HEAD, whole.length - HEAD);
    } catch (AEADBadTagException damaged) {
      throw new IOException(
          name + ": damaged, or sealed under another node's key (set it again)", damaged);
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("AES-GCM is not to be had", absent);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, String name)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(("millrace secret " + name).getBytes(StandardCharsets.US_ASCII));
    return cipher;
  }
}
