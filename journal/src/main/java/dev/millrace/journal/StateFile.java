package dev.millrace.journal;

import dev.millrace.domain.task.TaskId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A {@link JournalState} as bytes: the content of the log's snapshots. Big-endian; each part begins
 * with an int count, and format 1 is
 *
 * <pre>
 * short format
 * live tasks:   int tenant, long, long id, long position, int + accepted payload, int events, int + their bytes
 * ended tasks:  long, long id, long position, long ended at (wall milliseconds)
 * marks:        long position, long wall milliseconds
 * keys:         4 longs key and meaning, long, long id, long accepted at (wall), long position
 * </pre>
 */
final class StateFile {

  private static final int FORMAT = 1;
  private static final int LONGEST = 1 << 30;

  private StateFile() {}

  static void write(OutputStream out, JournalState state, List<Claim> keys) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeShort(FORMAT);
    data.writeInt(state.live().size());
    for (LiveTask task : state.live()) {
      data.writeInt(task.tenant());
      writeId(data, task.id());
      data.writeLong(task.position());
      writeBytes(data, task.accepted());
      data.writeInt(task.count());
      writeBytes(data, task.eventBytes());
    }
    data.writeInt(state.ended().size());
    state
        .ended()
        .forEach(
            (id, position, endedWallMillis) -> {
              writeId(data, id);
              data.writeLong(position);
              data.writeLong(endedWallMillis);
            });
    data.writeInt(state.marks().size());
    for (JournalState.Mark mark : state.marks()) {
      data.writeLong(mark.position());
      data.writeLong(mark.wallMillis());
    }
    writeKeys(data, keys);
    data.flush();
  }

  private static void writeKeys(DataOutputStream data, List<Claim> keys) throws IOException {
    data.writeInt(keys.size());
    for (Claim claim : keys) {
      writeFingerprint(data, claim.keys.key());
      writeFingerprint(data, claim.keys.meaning());
      writeId(data, claim.id);
      data.writeLong(claim.acceptedWallMillis);
      data.writeLong(claim.position);
    }
  }

  /** Puts everything back, the keys by the sink. */
  static void read(InputStream in, long position, JournalState state, JournalState.KeySink keys)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    int format = data.readShort();
    if (format != FORMAT) {
      throw new JournalDamagedException(
          position,
          "a snapshot of format "
              + format
              + " (expected: "
              + FORMAT
              + "): a newer version wrote it; run that version, or restore a backup",
          null);
    }
    for (int left = count(data, position); left > 0; left--) {
      state.restore(readLive(data, position));
    }
    for (int left = count(data, position); left > 0; left--) {
      state.restoreEnded(readId(data), data.readLong(), data.readLong());
    }
    for (int left = count(data, position); left > 0; left--) {
      state.restore(new JournalState.Mark(data.readLong(), data.readLong()));
    }
    for (int left = count(data, position); left > 0; left--) {
      AcceptedRecord.Keys pair =
          new AcceptedRecord.Keys(readFingerprint(data), readFingerprint(data));
      keys.accept(pair, readId(data), data.readLong(), data.readLong());
    }
    state.restore(position);
  }

  private static LiveTask readLive(DataInputStream data, long position) throws IOException {
    int tenant = data.readInt();
    TaskId id = readId(data);
    long at = data.readLong();
    byte[] accepted = readBytes(data, position);
    int events = count(data, position);
    return new LiveTask(id, tenant, at, accepted, events, readBytes(data, position));
  }

  private static void writeId(DataOutputStream data, TaskId id) throws IOException {
    data.writeLong(id.high());
    data.writeLong(id.low());
  }

  private static TaskId readId(DataInputStream data) throws IOException {
    return new TaskId(data.readLong(), data.readLong(), false);
  }

  private static void writeFingerprint(DataOutputStream data, Fingerprint print)
      throws IOException {
    data.writeLong(print.first());
    data.writeLong(print.second());
  }

  private static Fingerprint readFingerprint(DataInputStream data) throws IOException {
    return new Fingerprint(data.readLong(), data.readLong());
  }

  private static void writeBytes(DataOutputStream data, byte[] bytes) throws IOException {
    data.writeInt(bytes.length);
    data.write(bytes);
  }

  private static byte[] readBytes(DataInputStream data, long position) throws IOException {
    int length = count(data, position);
    byte[] bytes = data.readNBytes(length);
    if (bytes.length < length) {
      throw new JournalDamagedException(
          position, bytes.length + " bytes in its snapshot (expected: " + length + ")", null);
    }
    return bytes;
  }

  private static int count(DataInputStream data, long position) throws IOException {
    int count = data.readInt();
    if (count < 0 || count > LONGEST) {
      throw new JournalDamagedException(
          position,
          "a count of " + count + " in its snapshot (expected: 0.." + LONGEST + ")",
          null);
    }
    return count;
  }
}
