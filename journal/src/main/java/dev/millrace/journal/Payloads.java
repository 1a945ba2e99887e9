package dev.millrace.journal;

import dev.millrace.domain.codec.InputCodec;
import dev.millrace.domain.task.Input;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.blob.BlobStore;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;

/** What is too large for a record, as blobs. Waits for the disk; any thread but the log's. */
final class Payloads {

  /** Within this the record that names a blob has followed it, or never will. */
  private static final Duration RECORDED = Duration.ofMinutes(10);

  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final BlobStore blobs;

  Payloads(BlobStore blobs) {
    this.blobs = blobs;
  }

  BlobDigest putInput(int tenant, Input input) throws IOException {
    ByteSink sink = new ByteSink((int) Math.min(input.size() + 1_024, 1 << 30));
    InputCodec.write(sink, input);
    return blobs.put(tenant, ByteBuffer.wrap(sink.array(), 0, sink.length()));
  }

  Input input(int tenant, BlobDigest digest) throws IOException {
    return InputCodec.read(new ByteSource(bytes(tenant, digest)));
  }

  BlobDigest put(int tenant, byte[] bytes) throws IOException {
    return blobs.put(tenant, ByteBuffer.wrap(bytes));
  }

  /**
   * Deletes what neither a live task nor a kept transcript names.
   *
   * @param transcriptKeep how long an ended task's transcript is read; it is put before the end
   * @param live asked only when there may be something to delete
   */
  int deleteUnused(Duration transcriptKeep, Supplier<BlobStore.Needed> live) throws IOException {
    Duration recorded = RECORDED.compareTo(transcriptKeep) > 0 ? RECORDED : transcriptKeep;
    return blobs.deleteUnused(recorded.plus(MARGIN), live);
  }

  byte[] bytes(int tenant, BlobDigest digest) throws IOException {
    ByteBuffer blob = blobs.get(tenant, digest);
    byte[] bytes = new byte[blob.remaining()];
    blob.get(bytes);
    return bytes;
  }
}
