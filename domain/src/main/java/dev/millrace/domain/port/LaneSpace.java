package dev.millrace.domain.port;

import dev.millrace.domain.task.TaskClass;

/**
 * Room in the lanes, reserved before the acknowledgement so that what was acknowledged is never
 * refused for want of room. Any thread, no lock.
 */
public interface LaneSpace {

  /**
   * Reserves a place, given back by the scheduler when the task leaves its lane for good.
   *
   * @return false when the lane is full
   */
  boolean reserve(String pool, TaskClass taskClass);

  /** Gives a place back that was reserved and never used. */
  void release(String pool, TaskClass taskClass);

  /** How long a newcomer would wait about now, milliseconds; an honest time to come back. */
  long expectedWaitMillis(String pool, TaskClass taskClass);
}
