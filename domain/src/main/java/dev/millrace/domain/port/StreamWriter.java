package dev.millrace.domain.port;

import dev.millrace.domain.stream.StreamEvent;

/**
 * Appends to the stream of one task. One writer at a time: first whoever accepted the task, then
 * the owner of its lane.
 */
public interface StreamWriter {

  /**
   * Numbers the event and sends it on its way: recorded first, delivered after. An event after the
   * {@link StreamEvent.End} is a defect and is refused.
   *
   * @return the event's number
   */
  int append(StreamEvent event);

  /** The number that the next event will have. */
  int nextNumber();

  /** Token ids appended so far, in order: the prefix that a further attempt extends. */
  int[] tokenIds();

  /** The text of the tokens so far. */
  String text();

  /**
   * How far it is ahead of who reads it: published events that even the fastest reader has not
   * taken. 0 where no reader's pace counts: nobody follows, or the task goes on without its client.
   */
  default int lead() {
    return 0;
  }

  /** Tells readers that the task runs now. */
  void running(int attempt);
}
