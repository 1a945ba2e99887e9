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

/** {@code bench grpc}. */
@Command(
    name = "grpc",
    mixinStandardHelpOptions = true,
    description = {
      "Send card transactions to a tabular model by the Open Inference Protocol V2 over gRPC: one"
          + " ModelInfer a request, or with --stream one ModelStreamInfer for each of the --streams"
          + " that carries all of its requests.",
      "Each stream has one request at a time. Without --rate it sends its next when it has its"
          + " answer (closed loop: how much can the node do). With --rate requests are due at fixed"
          + " times and latency counts from then (open loop: how long does a user wait).",
      "Every answer is checked: it carries its request's id and tensors, and there is one. Exit"
          + " code 1 when anything failed, broke or was not the request's."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  How many rows a second over one connection with 32 streams, and what each costs the node:",
      "    millrace bench grpc --streams 32 --server-pid PID",
      "  The same over bidirectional streams, at a fixed rate:",
      "    millrace bench grpc --streams 32 --stream --rate 5000",
      "  As 32 clients, each with a connection of its own:",
      "    millrace bench grpc --streams 32 --connections 32"
    })
final class GrpcCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--streams",
      defaultValue = "32",
      description = "Calls open at a time, over all connections (default ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--connections",
      defaultValue = "1",
      description = "Connections that share the streams (default ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--stream",
      description = "One ModelStreamInfer a stream instead of one ModelInfer a request.")
  private boolean streaming;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Requests a second; 0 = closed loop (the default).")
  private double rate;

  @Option(
      names = "--model",
      defaultValue = "card_fraud_heavy_gbdt",
      description =
          "Who answers: a model that takes FP32 `features` [N, 16] (default ${DEFAULT-VALUE}).")
  private String model = "card_fraud_heavy_gbdt";

  @Option(
      names = "--rows",
      defaultValue = "1",
      description = "Rows in one request (default ${DEFAULT-VALUE}).")
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
    Target target = common.target(environment);
    String key = common.key(environment);
    GrpcPlan plan =
        new GrpcPlan(
            model,
            streams,
            connections,
            rate,
            common.warmup(),
            common.duration(),
            common.drain(),
            rows,
            streaming,
            durability);
    OpenFiles.check("--connections", connections, openFiles);
    return (clock, transport, meters) -> new GrpcRun(plan, target, key, clock, transport, meters);
  }
}
