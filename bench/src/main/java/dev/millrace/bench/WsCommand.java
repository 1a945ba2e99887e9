package dev.millrace.bench;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench ws}. */
@Command(
    name = "ws",
    mixinStandardHelpOptions = true,
    description = {
      "Open many WebSocket sessions and submit tasks over them at a fixed rate, whether or not the"
          + " node keeps up.",
      "Every latency counts from when the task was due. Every stream is checked: numbered from 0"
          + " without a gap or a double, one end. Exit code 1 when anything was refused, lost or"
          + " out of order."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  Acknowledgements and tokens, node on one core, generator on the other:",
      "    taskset -c 1 millrace bench ws --sessions 10000 --rate 2000 --duration 30",
      "  Only acknowledgements, each on the disk:",
      "    millrace bench ws --sessions 10000 --rate 10000 --acks-only --durability fsync",
      "  How fast sessions are set up, both sides warm:",
      "    millrace bench ws --sessions 10000 --connect-warmup 10000 --rate 100 --duration 1"
    })
final class WsCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--sessions",
      defaultValue = "100",
      description = "Open sessions (default ${DEFAULT-VALUE}).")
  private int sessions;

  @Option(
      names = "--rate",
      defaultValue = "100",
      description = "Tasks a second over all sessions (default ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--model",
      defaultValue = "sim",
      description = "Who answers (default ${DEFAULT-VALUE}).")
  private String model = "sim";

  @Option(
      names = "--tokens",
      defaultValue = "16",
      description = "Tokens of each task (default ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--interval-ms",
      defaultValue = "20",
      description = "Milliseconds between two tokens (default ${DEFAULT-VALUE}).")
  private int intervalMillis;

  @Option(
      names = "--service-ms",
      defaultValue = "0",
      description = "Milliseconds of real processor time of each task (default ${DEFAULT-VALUE}).")
  private double serviceMillis;

  @Option(
      names = "--durability",
      defaultValue = "memory",
      description = "When the node acknowledges: memory, fsync (default ${DEFAULT-VALUE}).")
  private String durability = "memory";

  @Option(
      names = {"--acks-only", "--no-stream"},
      description = "Submit tasks of no tokens and ask for no events.")
  private boolean acksOnly;

  @Option(
      names = "--connect-rate",
      defaultValue = "0",
      description = "Sessions opened a second; 0 = as fast as the node answers (the default).")
  private double connectRate;

  @Option(
      names = "--connect-warmup",
      defaultValue = "0",
      description =
          "Sessions opened and closed before the set-up that is measured: a JVM that has just"
              + " started, here or there, opens them slowly (default ${DEFAULT-VALUE}).")
  private int connectWarmup;

  @Override
  public Integer call() {
    CommandSpec own = Objects.requireNonNull(spec, "set by picocli");
    return new Execution(own.commandLine(), common).run(this::prepare);
  }

  private Execution.RunFactory prepare(OptionalLong openFiles) {
    Map<String, String> environment = System.getenv();
    Target target = common.target(environment);
    String key = common.key(environment);
    WsPlan plan =
        new WsPlan(
            sessions,
            rate,
            common.warmup(),
            common.duration(),
            common.drain(),
            model,
            tokens,
            intervalMillis,
            serviceMillis,
            durability,
            acksOnly,
            connectRate,
            connectWarmup);
    OpenFiles.check("--sessions", sessions, openFiles);
    OpenFiles.check("--connect-warmup", connectWarmup, openFiles);
    return (clock, transport, meters) -> new WsRun(plan, target, key, clock, transport, meters);
  }
}
