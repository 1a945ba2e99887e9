package dev.millrace.kernel.log;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers entries into the block that is written next. The writer's thread owns it. */
final class BlockBuilder {

  private static final int MAX_ENTRIES = 16_384;

  private final int maxRecordBytes;
  private final ByteBuffer buffer;
  private final Checksum checksum = new Checksum();
  private final List<LogEntry> entries = new ArrayList<>();
  private int[] offsets = new int[64];
  private boolean wantsSync;

  BlockBuilder(LogSettings settings) {
    this.maxRecordBytes = settings.maxRecordBytes();
    this.buffer = ByteBuffer.allocateDirect(settings.maxBlockBytes());
    reset();
  }

  void reset() {
    entries.clear();
    wantsSync = false;
    buffer.clear().position(BlockHeader.BYTES);
  }

  /** Whether the largest record would still fit. */
  boolean hasRoom() {
    return entries.size() < MAX_ENTRIES
        && buffer.remaining() >= RecordHeader.BYTES + maxRecordBytes + BlockHeader.ALIGNMENT;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int size() {
    return entries.size();
  }

  boolean wantsSync() {
    return wantsSync;
  }

  List<LogEntry> entries() {
    return entries;
  }

  /** The length that the block will have. */
  int length() {
    return BlockHeader.padded(buffer.position());
  }

  /** Encodes an entry behind the others; one that cannot be encoded fails alone. */
  void add(LogEntry entry) {
    int start = buffer.position();
    int payload = start + RecordHeader.BYTES;
    try {
      buffer.limit(payload + maxRecordBytes).position(payload);
      entry.encode(buffer);
      RecordHeader.write(buffer, start, entry, buffer.position() - payload, checksum);
      keep(entry, start);
    } catch (BufferOverflowException tooLarge) {
      buffer.position(start);
      refuse(
          entry,
          "record payload: more than "
              + maxRecordBytes
              + " bytes (expected: at most "
              + maxRecordBytes
              + ")",
          tooLarge);
    } catch (RuntimeException defect) {
      buffer.position(start);
      refuse(entry, "the entry of type " + entry.type() + " cannot be encoded", defect);
    } finally {
      buffer.limit(buffer.capacity());
    }
  }

  private void keep(LogEntry entry, int start) {
    if (entries.size() == offsets.length) {
      offsets = Arrays.copyOf(offsets, offsets.length * 2);
    }
    offsets[entries.size()] = start;
    entries.add(entry);
    wantsSync |= entry.wantsSync();
  }

  private static void refuse(LogEntry entry, String message, RuntimeException cause) {
    entry.failed(new RecordRefusedException(message, cause));
  }

  /** Closes the block; the buffer is then ready to be written from its start. */
  ByteBuffer seal() {
    while (buffer.position() % BlockHeader.ALIGNMENT != 0) {
      buffer.put((byte) 0);
    }
    return buffer.flip();
  }

  /** Writes the header of the sealed block and returns its CRC. */
  int writeHeader(long number, BlockHeader.ChainLink link) {
    int flags = wantsSync ? BlockHeader.SYNCED : 0;
    return BlockHeader.seal(buffer, flags, entries.size(), number, link, checksum);
  }

  void tellWritten(long segment, long blockOffset) {
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).written(LogPosition.of(segment, blockOffset + offsets[i]));
    }
  }

  void tellFailed(Exception reason) {
    for (LogEntry entry : entries) {
      entry.failed(reason);
    }
  }
}
