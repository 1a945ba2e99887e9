package dev.millrace.admission;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.LaneSpace;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.metrics.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** The stages around admission, by hand. */
final class Fakes {

  private Fakes() {}

  /** Lanes with as much room as a test says. */
  static final class Lanes implements LaneSpace {
    final AtomicInteger free = new AtomicInteger(2);
    final AtomicLong freeBytes = new AtomicLong(4);
    final AtomicInteger releases = new AtomicInteger();
    long waitMillis = 300;
    String lastLane = "";

    @Override
    public Room reserve(String pool, TaskClass taskClass, long inputBytes) {
      lastLane = pool + "/" + taskClass.wireName();
      if (inputBytes > freeBytes.get()) {
        return Room.INPUTS_FULL;
      }
      if (free.getAndUpdate(room -> Math.max(0, room - 1)) == 0) {
        return Room.LANE_FULL;
      }
      freeBytes.addAndGet(-inputBytes);
      return Room.RESERVED;
    }

    @Override
    public void release(String pool, TaskClass taskClass, long inputBytes) {
      freeBytes.addAndGet(inputBytes);
      lastLane = pool + "/" + taskClass.wireName();
      releases.incrementAndGet();
      free.incrementAndGet();
    }

    @Override
    public long expectedWaitMillis(String pool, TaskClass taskClass) {
      return waitMillis;
    }
  }

  /** A door that writes down what it hears. */
  static final class Door implements TaskIntake.Listener {
    final List<String> heard = new ArrayList<>();
    Problem problem;

    @Override
    public void acknowledged(Task task) {
      heard.add("acknowledged " + task.id());
    }

    @Override
    public void duplicate(TaskId original) {
      heard.add("duplicate " + original);
    }

    @Override
    public void refused(Problem why) {
      problem = why;
      heard.add("refused " + why.code().wireName());
    }
  }

  /** Counters that can be read. */
  static final class Counters implements Meters {
    final Map<String, Long> counts = new HashMap<>();

    @Override
    public Count counter(String name, String help, String... labels) {
      return amount -> counts.merge(name + "{" + String.join("=", labels) + "}", amount, Long::sum);
    }

    @Override
    public Timing timing(String name, String help, String... labels) {
      return Meters.none().timing(name, help, labels);
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {}
  }
}
