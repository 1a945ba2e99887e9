package dev.millrace.domain.port;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import java.io.IOException;

/** Records stream events before they are delivered: the journal's second door. Any thread. */
public interface EventRecorder {

  /**
   * Hands an event that is not the last to the log, in order for one task.
   *
   * @param number of the event
   * @param written called once the record is with the operating system, on the log's thread; when
   *     the log has failed, never: the node stops
   */
  void record(Task task, int number, StreamEvent event, Written written);

  /**
   * Hands the last event to the log, and with it the whole stream in one piece, so that reading it
   * back later is one read.
   *
   * @param number of the last event
   * @param transcript the stream from 0 to its end, as {@code streams} encodes it
   * @param written as for {@link #record}, with the place of the transcript
   */
  void recordEnd(Task task, int number, byte[] transcript, WrittenAt written);

  /**
   * Reads a transcript back. Waits for the disk: not for a loop or a pool's thread.
   *
   * @throws IOException when it cannot be read or is not what was written
   */
  byte[] readTranscript(long position) throws IOException;

  /** Told when a record is written. */
  @FunctionalInterface
  interface Written {
    /**
     * @param number the event of that number, and all before it
     */
    void written(int number);
  }

  /** Told when a last event is written. */
  @FunctionalInterface
  interface WrittenAt {
    /**
     * @param position where the transcript can be read back
     */
    void written(int number, long position);
  }
}
