package dev.millrace.journal;

import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * The end of a task with its whole stream.
 *
 * <pre>
 * byte format, 1
 * long, long the task's id
 * int  the last event's number
 * long when it ended, wall milliseconds
 * byte 0: the transcript to the end of the record; or 1: digest (32 bytes) of the blob with it
 * </pre>
 *
 * @param blob where the transcript lies, or null when it is what is left of the source
 */
record EndRecord(TaskId id, int number, long endedWallMillis, @Nullable BlobDigest blob) {

  private static final byte FORMAT = 1;

  static void write(ByteSink sink, EndRecord end, byte[] transcript) {
    TaskId id = end.id;
    sink.putByte(FORMAT).putLong(id.high()).putLong(id.low()).putInt(end.number);
    sink.putLong(end.endedWallMillis).putBoolean(end.blob != null);
    if (end.blob != null) {
      Digests.write(sink, end.blob);
    } else {
      sink.putRaw(transcript, 0, transcript.length);
    }
  }

  static EndRecord read(ByteSource source) {
    Formats.expect(source.getByte(), FORMAT, "an end record");
    TaskId id = new TaskId(source.getLong(), source.getLong(), false);
    int number = source.getInt();
    long endedWallMillis = source.getLong();
    BlobDigest blob = source.getBoolean() ? Digests.read(source) : null;
    return new EndRecord(id, number, endedWallMillis, blob);
  }
}
