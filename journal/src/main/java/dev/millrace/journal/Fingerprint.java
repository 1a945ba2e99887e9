package dev.millrace.journal;

import dev.millrace.domain.codec.InputCodec;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first half of a SHA-256: stands for a key or for what a request means. Two are the same by
 * chance never, and by intent only after 2^64 tries by the client that it would deceive.
 */
record Fingerprint(long first, long second) {

  static final int BYTES = 16;

  /** Who a key belongs to is part of it: another tenant's or another door's is another key. */
  static Fingerprint ofKey(int tenant, String door, String key) {
    ByteSink sink = new ByteSink(64);
    return of(sink.putInt(tenant).putText(door).putText(key));
  }

  /**
   * What makes a second request the same: model, input, session, how it is to be kept and told.
   * Class and deadline are left out, because configuration fills them in and may change between the
   * two.
   */
  static Fingerprint ofMeaning(Task task) {
    ByteSink sink = new ByteSink(256 + (int) Math.min(task.input().size(), 1 << 30));
    Task.Settings settings = task.settings();
    sink.putText(task.model())
        .putOptionalText(settings.session())
        .putByte(settings.durability().ordinal())
        .putByte(settings.onDisconnect().ordinal())
        .putBoolean(settings.stream());
    InputCodec.write(sink, task.input());
    return of(sink);
  }

  private static Fingerprint of(ByteSink sink) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(sink.array(), 0, sink.length());
      ByteBuffer digest = ByteBuffer.wrap(sha.digest());
      return new Fingerprint(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  void write(ByteSink sink) {
    sink.putLong(first).putLong(second);
  }

  static Fingerprint read(ByteSource source) {
    return new Fingerprint(source.getLong(), source.getLong());
  }

  @Override
  public int hashCode() {
    return (int) first;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint(var otherFirst, var otherSecond)
        && first == otherFirst
        && second == otherSecond;
  }
}
