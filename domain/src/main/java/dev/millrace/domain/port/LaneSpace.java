package dev.millrace.domain.port;

import dev.millrace.domain.task.TaskClass;

/**
 * Room in the lanes, reserved before the acknowledgement so that what was acknowledged is never
 * refused for want of room. Any thread, no lock.
 */
public interface LaneSpace {

  /** What became of the wish for a place. */
  enum Room {
    RESERVED,
    /** As many tasks wait in the lane as may. */
    LANE_FULL,
    /** The inputs of the pool's tasks hold as many bytes as they may. */
    INPUTS_FULL
  }

  /**
   * Reserves a place and room for the input. The scheduler gives the place back when the task
   * leaves its lane for good, the room for its input when it ends.
   *
   * @param inputBytes as {@code Input.size()} tells
   */
  Room reserve(String pool, TaskClass taskClass, long inputBytes);

  /** Gives back what was reserved and never used. */
  void release(String pool, TaskClass taskClass, long inputBytes);

  /** How long a newcomer would wait about now, milliseconds; an honest time to come back. */
  long expectedWaitMillis(String pool, TaskClass taskClass);
}
