package dev.millrace.streams;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ended streams that no log holds, kept as transcripts in the order of their end, within a time and
 * a number of bytes; the oldest goes first. Any thread.
 */
final class MemoryShelf {

  /** What an entry costs beside its transcript: map node, key, value, array header. */
  private static final int OVERHEAD = 160;

  private record Kept(byte[] transcript, long endedNanos) {}

  private final Map<TaskId, Kept> shelf = new LinkedHashMap<>();
  private final long keepNanos;
  private final long budgetBytes;
  private long bytes;

  MemoryShelf(long keepNanos, long budgetBytes) {
    this.keepNanos = keepNanos;
    this.budgetBytes = budgetBytes;
  }

  synchronized void put(TaskId id, byte[] transcript, long nowNanos) {
    shelf.put(id, new Kept(transcript, nowNanos));
    bytes += transcript.length + OVERHEAD;
    Iterator<Kept> oldest = shelf.values().iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (bytes <= budgetBytes && nowNanos - kept.endedNanos < keepNanos) {
        break;
      }
      oldest.remove();
      bytes -= kept.transcript.length + OVERHEAD;
    }
  }

  synchronized byte @Nullable [] get(TaskId id, long nowNanos) {
    Kept kept = shelf.get(id);
    return kept == null || nowNanos - kept.endedNanos >= keepNanos ? null : kept.transcript;
  }

  synchronized void remove(TaskId id) {
    Kept kept = shelf.remove(id);
    if (kept != null) {
      bytes -= kept.transcript.length + OVERHEAD;
    }
  }

  synchronized List<byte[]> all() {
    List<byte[]> all = new ArrayList<>(shelf.size());
    shelf.values().forEach(kept -> all.add(kept.transcript));
    return all;
  }

  synchronized long bytes() {
    return bytes;
  }
}
