package dev.millrace.scheduling;

import dev.millrace.domain.task.TaskClass;
import dev.millrace.kernel.metrics.Meters;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The places of one pool's lanes, one lane a class: reserved at admission, given back when the task
 * is leased for the first time or ends before that. A task that comes back after a worker's death
 * takes no place: there are at most as many of those as there are slots.
 *
 * <p>Any thread, no lock: a reservation is one compare-and-set and never overshoots the limit.
 */
final class Places {

  private final AtomicIntegerArray taken = new AtomicIntegerArray(TaskClass.values().length);
  private final int limit;
  private final Meters.Count miscounted;

  /**
   * @param limit places in each lane
   * @param miscounted counts places given back that nobody held: a defect of accounting, which must
   *     not become a lane that holds more than its limit
   */
  Places(int limit, Meters.Count miscounted) {
    this.limit = limit;
    this.miscounted = miscounted;
  }

  boolean reserve(TaskClass taskClass) {
    int lane = taskClass.ordinal();
    for (int held = taken.get(lane); held < limit; held = taken.get(lane)) {
      if (taken.compareAndSet(lane, held, held + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Takes a place whether or not there is room. */
  void occupy(TaskClass taskClass) {
    taken.incrementAndGet(taskClass.ordinal());
  }

  void release(TaskClass taskClass) {
    int lane = taskClass.ordinal();
    for (int held = taken.get(lane); held > 0; held = taken.get(lane)) {
      if (taken.compareAndSet(lane, held, held - 1)) {
        return;
      }
    }
    miscounted.increment();
  }

  int taken(TaskClass taskClass) {
    return taken.get(taskClass.ordinal());
  }

  /** Places taken in this class's lane and in those that go before it. */
  int takenUpTo(TaskClass taskClass) {
    int sum = 0;
    for (int lane = 0; lane <= taskClass.ordinal(); lane++) {
      sum += taken.get(lane);
    }
    return sum;
  }
}
