package dev.millrace.kernel.blob;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each blob that is there was last put. A deletion and the note of a use exclude each other,
 * so who puts the bytes of a blob again finds it whole or gone, and never loses it afterwards.
 */
final class BlobUses {

  /** A blob of a tenant. */
  record Key(int tenant, BlobDigest digest) {}

  /** Takes a blob off the disk. */
  @FunctionalInterface
  interface Deletion {
    void delete(Key key) throws IOException;
  }

  // About 100 bytes a blob, whose file has tens of kilobytes.
  private final Map<Key, Long> lastUse = new HashMap<>();

  synchronized void note(int tenant, BlobDigest digest, long nowNanos) {
    lastUse.put(new Key(tenant, digest), nowNanos);
  }

  synchronized List<Key> notUsedSince(long nanos) {
    List<Key> old = new ArrayList<>();
    lastUse.forEach(
        (key, used) -> {
          if (used - nanos < 0) {
            old.add(key);
          }
        });
    return old;
  }

  /** Deletes, unless it was used meanwhile; whether it did. */
  synchronized boolean deleteIfNotUsedSince(long nanos, Key key, Deletion deletion)
      throws IOException {
    Long used = lastUse.get(key);
    if (used == null || used - nanos >= 0) {
      return false;
    }
    deletion.delete(key);
    lastUse.remove(key);
    return true;
  }
}
