package dev.millrace.kernel.log;

import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads single records. Any thread. */
final class RecordReader {

  private RecordReader() {}

  /**
   * @param guess how many bytes to read at once, in the hope that the record ends within
   */
  static LogRecord read(SegmentTable.Segment segment, long offset, int guess) throws IOException {
    DiskFile file = segment.file();
    ByteBuffer in = ByteBuffer.allocate(guess);
    int found = file.read(in, offset);
    int length = found < RecordHeader.BYTES ? -1 : RecordHeader.length(in, 0);
    if (found >= RecordHeader.BYTES && RecordHeader.format(in, 0) > RecordHeader.FORMAT) {
      throw new NewerFormatException(
          segment.path(), RecordHeader.format(in, 0), RecordHeader.FORMAT);
    }
    if (length < 0 || length > BlockHeader.MAX_LENGTH || offset < SegmentHeader.BYTES) {
      throw notWhole(segment, offset);
    }
    int whole = RecordHeader.BYTES + length;
    if (whole > found) {
      in = ByteBuffer.allocate(whole);
      found = file.read(in, offset);
    }
    if (found < whole || !RecordHeader.isWhole(in, 0, new Checksum())) {
      throw notWhole(segment, offset);
    }
    return new LogRecord(
        LogPosition.of(segment.header().number(), offset),
        RecordHeader.type(in, 0),
        RecordHeader.tenant(in, 0),
        RecordHeader.keyId(in, 0),
        in.slice(RecordHeader.BYTES, length));
  }

  private static LogDamagedException notWhole(SegmentTable.Segment segment, long offset) {
    return new LogDamagedException(segment.path(), offset, "no whole record stands there");
  }
}
