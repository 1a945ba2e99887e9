package dev.millrace.control.config;

import dev.millrace.control.yaml.Findings;

/**
 * A worker's right to run a task.
 *
 * @param durationMillis without a heartbeat, after which the task is taken back
 * @param heartbeatMillis between two signs of life
 * @param quarantineAfter lone deaths of a worker, after which a task is not tried again
 */
public record LeaseConfig(long durationMillis, long heartbeatMillis, int quarantineAfter) {

  static final Key<Long> DURATION =
      Key.time("duration", "5s", "100ms", "5m", "After it a silent worker's tasks are taken back.");
  static final Key<Long> HEARTBEAT =
      Key.time(
          "heartbeat",
          "1s",
          "20ms",
          "1m",
          "Between two signs of life of a worker; at most half of the duration.");
  static final Key<Integer> QUARANTINE =
      Key.whole(
          "quarantine_after",
          3,
          1,
          100,
          "deaths",
          "Workers that die of one task alone before it is quarantined.");
  static final Section SECTION =
      Section.of("leases", "A worker's right to run a task.", DURATION, HEARTBEAT, QUARANTINE);

  static LeaseConfig of(Values values, Findings findings) {
    LeaseConfig config =
        new LeaseConfig(values.get(DURATION), values.get(HEARTBEAT), values.get(QUARANTINE));
    // One lost heartbeat must not cost a lease.
    if (config.heartbeatMillis * 2 > config.durationMillis) {
      findings.add(
          values.placeOf(HEARTBEAT),
          values.pathOf(HEARTBEAT),
          Units.time(config.heartbeatMillis),
          "at most half of leases.duration, which is " + Units.time(config.durationMillis));
    }
    return config;
  }
}
