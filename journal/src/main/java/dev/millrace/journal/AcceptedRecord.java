package dev.millrace.journal;

import dev.millrace.domain.codec.InputCodec;
import dev.millrace.domain.codec.TaskCodec;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * A task that is to be kept. Little-endian, as all payloads of the journal:
 *
 * <pre>
 * byte format, 1
 * byte 1 if there is an idempotency key: 16 bytes for the key, 16 for the meaning of the request
 * the head of the task (TaskCodec)
 * byte 0: the input (InputCodec); or 1: digest (32 bytes) of the blob that holds it
 * </pre>
 *
 * @param head without its input, unless that was inline
 * @param blob where the input lies, if not inline
 */
record AcceptedRecord(Task head, @Nullable Keys keys, @Nullable BlobDigest blob) {

  private static final byte FORMAT = 1;

  /** The idempotency key and what the request means that first bore it. */
  record Keys(Fingerprint key, Fingerprint meaning) {}

  static void write(ByteSink sink, Task task, @Nullable Keys keys, @Nullable BlobDigest blob) {
    sink.putByte(FORMAT).putBoolean(keys != null);
    if (keys != null) {
      keys.key().write(sink);
      keys.meaning().write(sink);
    }
    TaskCodec.writeHead(sink, task);
    sink.putBoolean(blob != null);
    if (blob != null) {
      Digests.write(sink, blob);
    } else {
      InputCodec.write(sink, task.input());
    }
  }

  static AcceptedRecord read(ByteSource source, int tenant, Clock clock) {
    Formats.expect(source.getByte(), FORMAT, "an accepted record");
    Keys keys =
        source.getBoolean() ? new Keys(Fingerprint.read(source), Fingerprint.read(source)) : null;
    Task head = TaskCodec.readHead(source, tenant, clock);
    if (source.getBoolean()) {
      return new AcceptedRecord(head, keys, Digests.read(source));
    }
    Input input = InputCodec.read(source);
    return new AcceptedRecord(TaskCodec.withInput(head, input), keys, null);
  }
}
