package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far.
 *
 * @param cpuMillis user and system time of all its threads; steps of 10 ms
 * @param residentKib resident memory (VmRSS)
 */
record ProcessUsage(long cpuMillis, long residentKib) {

  /** The kernel gives ticks to user space in hundredths of a second on every Linux we run on. */
  private static final long MILLIS_PER_TICK = 10;

  /** Reads {@code /proc/PID}. Linux only. */
  static ProcessUsage of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return parse(
          Files.readString(process.resolve("stat")), Files.readString(process.resolve("status")));
    } catch (IOException gone) {
      throw new BenchFailure("no process " + pid + " to measure: " + gone.getMessage(), gone);
    }
  }

  static ProcessUsage parse(String stat, String status) {
    // The name in parentheses may hold blanks and parentheses; the fields after it do not.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    long resident =
        status
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.substring("VmRSS:".length()).strip().split("\\s+")[0])
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(0);
    return new ProcessUsage(ticks * MILLIS_PER_TICK, resident);
  }
}
