package dev.millrace.bench;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every bench verb. */
final class CommonOptions {

  static final String DEFAULT_URL = "http://127.0.0.1:8080";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The node; default MILLRACE_URL, else " + DEFAULT_URL + ".")
  @Nullable String url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "The API key; default MILLRACE_KEY, which does not show in the list of processes.")
  @Nullable String key;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "3",
      description = "Seconds of load before measuring (default ${DEFAULT-VALUE}).")
  BigDecimal warmup = BigDecimal.ZERO;

  @Option(
      names = "--duration",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds that are measured (default ${DEFAULT-VALUE}).")
  BigDecimal duration = BigDecimal.ONE;

  @Option(
      names = "--drain",
      paramLabel = "S",
      defaultValue = "10",
      description = "Seconds to wait for what is still open at the end (default ${DEFAULT-VALUE}).")
  BigDecimal drain = BigDecimal.ZERO;

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "Also measure the processor time and memory of this process (Linux).")
  @Nullable Long serverPid;

  @Option(
      names = "--allow-remote",
      description = "Load a machine other than this one. Only with its owner's consent.")
  boolean allowRemote;

  @Option(names = "--json", description = "Print one JSON document instead of the table.")
  boolean json;

  @Option(names = "--quiet", description = "No line a second on the standard error stream.")
  boolean quiet;

  Target target(Map<String, String> environment) {
    String chosen = url != null ? url : environment.getOrDefault("MILLRACE_URL", DEFAULT_URL);
    return Target.parse(chosen, allowRemote);
  }

  @Nullable String key(Map<String, String> environment) {
    String chosen = key != null ? key : environment.get("MILLRACE_KEY");
    if (chosen == null || chosen.isEmpty()) {
      return null;
    }
    // The key itself must not be shown, not even a wrong one.
    boolean plain = chosen.chars().allMatch(c -> c > ' ' && c < 127);
    UsageFailure.check(plain && chosen.length() <= 4_096, "--key", "(hidden)", "visible ASCII");
    return chosen;
  }

  OptionalLong serverPid() {
    return serverPid == null ? OptionalLong.empty() : OptionalLong.of(serverPid);
  }

  static Duration seconds(BigDecimal seconds, String option) {
    UsageFailure.check(
        seconds.abs().compareTo(BigDecimal.valueOf(86_400)) <= 0,
        option,
        seconds,
        "at most 86400 seconds");
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  Duration warmup() {
    return seconds(warmup, "--warmup");
  }

  Duration duration() {
    return seconds(duration, "--duration");
  }

  Duration drain() {
    return seconds(drain, "--drain");
  }
}
