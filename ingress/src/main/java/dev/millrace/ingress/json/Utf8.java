package dev.millrace.ingress.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Whether bytes are UTF-8, to the letter: the parser of JSON takes overlong forms and what lies
 * beyond the last code point.
 */
public final class Utf8 {

  private Utf8() {}

  public static boolean isWellFormed(byte[] bytes) {
    for (byte each : bytes) {
      if (each < 0) {
        return decodes(bytes);
      }
    }
    return true;
  }

  private static boolean decodes(byte[] bytes) {
    try {
      // A new decoder reports what it cannot decode.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
