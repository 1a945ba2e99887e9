package dev.millrace.journal;

import dev.millrace.kernel.log.LogWriter;
import dev.millrace.kernel.metrics.Meters;

/** Shows the log's counters. The log's thread brings them up to date. */
final class LogMeters {

  private final Meters.Count records;
  private final Meters.Count bytes;
  private final Meters.Count syncs;
  private final Meters.Timing syncTime;
  private long shownRecords;
  private long shownBytes;

  LogMeters(Meters meters) {
    records = meters.counter("millrace_log_records_total", "Records written to the log.");
    bytes = meters.counter("millrace_log_bytes_total", "Bytes written to the log.");
    syncs = meters.counter("millrace_log_syncs_total", "Syncs of the log's segments.");
    syncTime = meters.timing("millrace_log_sync_seconds", "Duration of a sync of the log.");
  }

  void show(LogWriter writer) {
    long nowRecords = writer.records();
    if (nowRecords != shownRecords) {
      long nowBytes = writer.bytes();
      records.add(nowRecords - shownRecords);
      bytes.add(nowBytes - shownBytes);
      shownRecords = nowRecords;
      shownBytes = nowBytes;
    }
  }

  void synced(long nanos) {
    syncs.increment();
    syncTime.record(nanos);
  }
}
