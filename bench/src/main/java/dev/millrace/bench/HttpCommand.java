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

/** {@code bench http}. */
@Command(
    name = "http",
    mixinStandardHelpOptions = true,
    description = {
      "Send requests over keep-alive connections, one at a time on each.",
      "Without --rate each connection sends its next request when it has its answer (closed loop:"
          + " how much can the node do). With --rate requests are due at fixed times and latency"
          + " counts from then (open loop: how long does a user wait)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  How many tasks a second are acknowledged:",
      "    millrace bench http --connections 64 --target tasks --durability memory",
      "  One row a request to a tabular model, at a fixed rate:",
      "    millrace bench http --connections 32 --target v2 --rate 5000"
    })
final class HttpCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "Open connections (default ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Requests a second; 0 = closed loop (the default).")
  private double rate;

  @Option(
      names = "--target",
      defaultValue = "tasks",
      description = "The door: tasks, v2, embeddings, completions, chat (default tasks).")
  private String door = "tasks";

  @Option(
      names = "--model",
      description =
          "Who answers; default by door: sim, card_fraud_heavy_gbdt, minilm, tale-1.1m, sim.")
  private @Nullable String model;

  @Option(
      names = "--tokens",
      description = "Tokens of each task (default 0) or generation (default 16).")
  private @Nullable Integer tokens;

  @Option(
      names = "--rows",
      defaultValue = "1",
      description = "Rows in one v2 request (default ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--durability",
      description = "When the node acknowledges: memory, fsync; default the door's own.")
  private @Nullable String durability;

  @Override
  public Integer call() {
    CommandSpec own = Objects.requireNonNull(spec, "set by picocli");
    return new Execution(own.commandLine(), common).run(this::prepare);
  }

  private Execution.RunFactory prepare(OptionalLong openFiles) {
    Map<String, String> environment = System.getenv();
    HttpTarget target = HttpTarget.named(door);
    Target node = common.target(environment);
    String key = common.key(environment);
    int asked = tokens != null ? tokens : target == HttpTarget.TASKS ? 0 : 16;
    HttpPlan plan =
        new HttpPlan(
            target,
            model != null ? model : target.defaultModel(),
            connections,
            rate,
            common.warmup(),
            common.duration(),
            common.drain(),
            asked,
            rows,
            durability);
    OpenFiles.check("--connections", connections, openFiles);
    return (clock, transport, meters) -> new HttpRun(plan, node, key, clock, transport, meters);
  }
}
