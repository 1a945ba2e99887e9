package dev.millrace.journal;

import dev.millrace.kernel.log.LogSettings;
import java.time.Duration;

/**
 * Sizes and times of the journal.
 *
 * @param log of the log below
 * @param inlineBytes payloads beyond this go to a blob file, and the record names it
 * @param maxBlobBytes the largest payload at all
 * @param inputsInFlight how many large inputs may be on their way to a blob; one more is refused
 * @param waitingEvents how many events may wait for the log's thread; one more and the node stops,
 *     since the disk has then taken nothing for many seconds
 * @param idempotencyKeep how long a key names its first task
 * @param idempotencyKeys how many keys are kept, about 250 bytes each; beyond, the oldest go early
 *     and are counted
 * @param transcriptKeep how long an ended task is found again after a restart
 * @param snapshotEveryBytes of log: bounds what a start replays
 * @param logKeep how long the log is kept, where nothing needs it any more
 * @param logKeepBytes how much of it at most; what a live task, a snapshot or a kept transcript
 *     needs stays beyond
 */
public record JournalSettings(
    LogSettings log,
    int inlineBytes,
    int maxBlobBytes,
    int inputsInFlight,
    int waitingEvents,
    Duration idempotencyKeep,
    int idempotencyKeys,
    Duration transcriptKeep,
    long snapshotEveryBytes,
    Duration logKeep,
    long logKeepBytes) {

  public static final JournalSettings DEFAULT =
      new JournalSettings(
          LogSettings.DEFAULT,
          64 << 10,
          128 << 20,
          64,
          1 << 20,
          Duration.ofHours(24),
          1_000_000,
          Duration.ofMinutes(10),
          64L << 20,
          Duration.ofHours(24),
          16L << 30);

  /** What a record holds beside an inline payload: the head of a task with its longest names. */
  private static final int HEAD_BYTES = 8 << 10;

  public JournalSettings {
    int longest = log.maxRecordBytes() - Math.min(HEAD_BYTES, log.maxRecordBytes() / 2);
    check(inlineBytes >= 64 && inlineBytes <= longest, "inline-bytes", inlineBytes, 64, longest);
    check(maxBlobBytes >= inlineBytes, "max-blob-bytes", maxBlobBytes, inlineBytes, 1 << 30);
    check(
        inputsInFlight >= 1 && inputsInFlight <= 65_536,
        "inputs-in-flight",
        inputsInFlight,
        1,
        65_536);
    check(
        waitingEvents >= 2 && waitingEvents <= 1 << 24,
        "waiting-events",
        waitingEvents,
        2,
        1 << 24);
    check(
        idempotencyKeys >= 64 && idempotencyKeys <= 100_000_000,
        "idempotency-keys",
        idempotencyKeys,
        64,
        100_000_000);
    check(
        snapshotEveryBytes >= 1024 && snapshotEveryBytes <= 1L << 40,
        "snapshot-every-bytes",
        snapshotEveryBytes,
        1024,
        1L << 40);
    check(logKeepBytes >= 0, "log-keep-bytes", logKeepBytes, 0, Long.MAX_VALUE);
    checkTime("idempotency-keep", idempotencyKeep);
    checkTime("transcript-keep", transcriptKeep);
    checkTime("log-keep", logKeep);
  }

  private static void check(boolean holds, String key, long found, long least, long most) {
    if (!holds) {
      throw new IllegalArgumentException(
          key + ": " + found + " (expected: " + least + ".." + most + ")");
    }
  }

  private static void checkTime(String key, Duration found) {
    if (found.isNegative() || found.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException(key + ": " + found + " (expected: 0s..366d)");
    }
  }
}
