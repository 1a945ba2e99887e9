package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Steps over the fields of one protobuf message without making anything of them. It never reads
 * outside the given bytes.
 */
final class ProtoReader {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private byte[] bytes = {};
  private int at;
  private int end;
  private int from;

  /** Begins to read a message. */
  ProtoReader of(byte[] source, int start, int until) {
    bytes = source;
    at = start;
    end = until;
    return this;
  }

  /**
   * Goes to the next field.
   *
   * @return its number; 0 at the end of the message
   */
  int next() throws BadPeer {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    switch ((int) (tag & 7)) {
      case VARINT -> {
        from = at;
        varint();
      }
      case FIXED64 -> step(8);
      case FIXED32 -> step(4);
      case LENGTH_DELIMITED -> step(varint());
      default -> throw malformed();
    }
    return (int) (tag >>> 3);
  }

  private void step(long length) throws BadPeer {
    from = at;
    if (length < 0 || length > end - at) {
      throw malformed();
    }
    at += (int) length;
  }

  private long varint() throws BadPeer {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw malformed();
      }
      byte next = bytes[at++];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw malformed();
  }

  private static BadPeer malformed() {
    return new BadPeer("found a message that ends within a field, expected whole fields");
  }

  /** Where the field's value begins. */
  int from() {
    return from;
  }

  /** Behind the field's value. */
  int until() {
    return at;
  }

  boolean is(byte[] expected) {
    return FrameScanner.equal(bytes, from, at, expected);
  }

  String text() {
    return new String(bytes, from, at - from, UTF_8);
  }
}
