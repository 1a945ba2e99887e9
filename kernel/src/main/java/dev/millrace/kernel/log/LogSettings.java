package dev.millrace.kernel.log;

import java.time.Duration;

/**
 * Sizes and times of a log. What a log was written with need not be what it is opened with.
 *
 * @param segmentBytes length of a segment file, preallocated
 * @param maxBlockBytes the most that one write takes
 * @param maxRecordBytes the largest payload of a record
 * @param mailboxEntries how many entries may wait for the writer
 * @param markInterval how long a durable block may stay without the commit mark's word for it, and
 *     a written one without a sync
 * @param minFreeBytes new work is refused when the disk has less free than this; what ends work may
 *     use it
 */
public record LogSettings(
    long segmentBytes,
    int maxBlockBytes,
    int maxRecordBytes,
    int mailboxEntries,
    Duration markInterval,
    long minFreeBytes) {

  public static final LogSettings DEFAULT =
      new LogSettings(64L << 20, 1 << 20, 256 << 10, 1 << 16, Duration.ofMillis(100), 256L << 20);

  public LogSettings {
    check(
        segmentBytes >= 4096 && segmentBytes <= 1L << 30,
        "segment-bytes",
        segmentBytes,
        "4096..1073741824");
    check(
        maxRecordBytes >= 64 && maxRecordBytes <= 4 << 20,
        "max-record-bytes",
        maxRecordBytes,
        "64..4194304");
    long smallestBlock = maxRecordBytes + BlockHeader.BYTES + RecordHeader.BYTES + 8L;
    check(
        maxBlockBytes >= smallestBlock && maxBlockBytes <= BlockHeader.MAX_LENGTH,
        "max-block-bytes",
        maxBlockBytes,
        smallestBlock + ".." + BlockHeader.MAX_LENGTH);
    check(
        maxBlockBytes + SegmentHeader.BYTES <= segmentBytes,
        "max-block-bytes",
        maxBlockBytes,
        "at most segment-bytes - " + SegmentHeader.BYTES);
    check(
        mailboxEntries >= 2 && mailboxEntries <= 1 << 20,
        "mailbox-entries",
        mailboxEntries,
        "2..1048576");
    check(
        markInterval.toMillis() >= 1 && markInterval.toMillis() <= 10_000,
        "mark-interval",
        markInterval,
        "1ms..10s");
    check(minFreeBytes >= 0, "min-free-bytes", minFreeBytes, "0 or more");
  }

  private static void check(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + ": " + found + " (expected: " + expected + ")");
    }
  }
}
