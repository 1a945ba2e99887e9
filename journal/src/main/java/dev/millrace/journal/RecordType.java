package dev.millrace.journal;

/**
 * The types of records, as the log's headers number them. A type or a payload format that is not
 * known here comes from a newer version, and the journal refuses to open.
 */
final class RecordType {

  /** A task: {@link AcceptedRecord}. */
  static final int ACCEPTED = 1;

  /** An event of a stream that is not its last: {@link EventRecord}. */
  static final int EVENT = 2;

  /** The last event, as the whole transcript: {@link EndRecord}. */
  static final int END = 3;

  private RecordType() {}
}
