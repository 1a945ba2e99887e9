package dev.millrace.journal;

import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;

/** The digest of a blob inside a record. */
final class Digests {

  private Digests() {}

  static void write(ByteSink sink, BlobDigest digest) {
    sink.putLong(digest.first()).putLong(digest.second());
    sink.putLong(digest.third()).putLong(digest.fourth());
  }

  static BlobDigest read(ByteSource source) {
    return new BlobDigest(source.getLong(), source.getLong(), source.getLong(), source.getLong());
  }
}
