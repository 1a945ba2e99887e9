package dev.millrace.bench;

import java.util.Locale;

/** What a stream or a socket may never do. Each occurrence is counted; one makes the run fail. */
enum Violation {
  /** A number was left out. */
  GAP,
  /** A number came that had come before. */
  DUPLICATE,
  /** An event or a second end after the end. */
  AFTER_END,
  /** An event of a task that was not acknowledged. */
  BEFORE_ACK,
  /** A second answer (ack, busy) to one submission. */
  SECOND_ANSWER,
  /** A simulated task ended as succeeded with another number of tokens than asked for. */
  WRONG_TOKEN_COUNT,
  /** An answer of success without what it promises. */
  NO_ANSWER,
  /** A stream that was completed without its end. */
  NO_END,
  /** A message about a request that this socket did not make. */
  UNKNOWN_REF,
  /** A frame that is no JSON object, or an event without a number. */
  UNREADABLE;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
