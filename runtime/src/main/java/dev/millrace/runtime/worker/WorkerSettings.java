package dev.millrace.runtime.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How one worker is run.
 *
 * @param name of the worker, {@code [a-z0-9_-]{1,32}}; one alive at a time
 * @param mainClass that calls {@link WorkerMain#run}
 * @param folder for its socket and crash reports; made with, or held to, access by the owner alone
 * @param jvm its Java machine
 * @param timing its waits
 * @param limits its bounds
 */
public record WorkerSettings(
    String name, String mainClass, Path folder, Jvm jvm, Timing timing, Limits limits) {

  public WorkerSettings {
    check(name.matches("[a-z0-9_-]{1,32}"), "name", name, "[a-z0-9_-]{1,32}");
    check(folder.isAbsolute(), "folder", folder, "an absolute path");
  }

  public static WorkerSettings of(String name, String mainClass, Path folder) {
    return new WorkerSettings(name, mainClass, folder, Jvm.DEFAULT, Timing.DEFAULT, Limits.DEFAULT);
  }

  public WorkerSettings with(Jvm other) {
    return new WorkerSettings(name, mainClass, folder, other, timing, limits);
  }

  public WorkerSettings with(Timing other) {
    return new WorkerSettings(name, mainClass, folder, jvm, other, limits);
  }

  public WorkerSettings with(Limits other) {
    return new WorkerSettings(name, mainClass, folder, jvm, timing, other);
  }

  /** The garbage collector of a worker. */
  public enum Collector {
    SERIAL("-XX:+UseSerialGC"),
    ZGC("-XX:+UseZGC");

    private final String flag;

    Collector(String flag) {
      this.flag = flag;
    }

    String flag() {
      return flag;
    }
  }

  /**
   * @param heapMebibytes 16..65,536; models lie outside the heap
   * @param collector its garbage collector
   * @param moreFlags appended to the flags that every worker gets, such as {@code -Dx=y}
   */
  public record Jvm(int heapMebibytes, Collector collector, List<String> moreFlags) {

    public static final Jvm DEFAULT = new Jvm(256, Collector.SERIAL, List.of());

    public Jvm {
      check(heapMebibytes >= 16 && heapMebibytes <= 65_536, "heap", heapMebibytes, "16..65536 MiB");
    }
  }

  /**
   * @param hello from the process's start to its registration, and for each one that knocks
   * @param heartbeat between signs of life
   * @param silence without one after which the process is killed; longer than a heartbeat
   * @param drain for what runs when the runtime is closed; then the process is killed
   */
  public record Timing(Duration hello, Duration heartbeat, Duration silence, Duration drain) {

    // Before the default, which is held to it.
    private static final Duration LONGEST = Duration.ofMinutes(10);

    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    public Timing {
      bounded("hello", hello);
      bounded("heartbeat", heartbeat);
      bounded("silence", silence);
      check(!drain.isNegative() && drain.compareTo(LONGEST) <= 0, "drain", drain, "0..10 min");
      check(silence.compareTo(heartbeat) > 0, "silence", silence, "more than " + heartbeat);
    }

    private static void bounded(String field, Duration found) {
      boolean fits = found.toMillis() >= 1 && found.compareTo(LONGEST) <= 0;
      check(fits, field, found, "1 ms..10 min");
    }
  }

  /**
   * @param tokenCredits unacknowledged tokens, 1..1,048,576
   * @param leases attempts at once, 1..65,536
   * @param outboxBytes that wait to be written, at least 1 MiB
   */
  public record Limits(int tokenCredits, int leases, long outboxBytes) {

    public static final Limits DEFAULT = new Limits(4_096, 16_384, 128L << 20);

    public Limits {
      check(
          tokenCredits >= 1 && tokenCredits <= 1 << 20,
          "token-credits",
          tokenCredits,
          "1..1048576");
      check(leases >= 1 && leases <= 65_536, "leases", leases, "1..65536");
      check(outboxBytes >= 1 << 20, "outbox", outboxBytes, "at least 1 MiB");
    }
  }

  private static void check(boolean fits, String field, Object found, String expected) {
    if (!fits) {
      throw new IllegalArgumentException(
          "worker." + field + ": " + found + " (expected: " + expected + ")");
    }
  }
}
