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

/** {@code bench sse}. */
@Command(
    name = "sse",
    mixinStandardHelpOptions = true,
    description = {
      "Begin streams of Server-Sent Events at a fixed rate, whether or not the node keeps up: submit"
          + " a task and follow its events (--target tasks), or call the chat of OpenAI's protocol"
          + " with \"stream\": true (--target chat).",
      "Every latency counts from when the stream was due: to the acknowledgement (of a chat: the"
          + " head of its answer), to the first token, to the end. Jitter is how far the time"
          + " between two tokens is from --interval-ms; of a model that keeps to none it is that"
          + " time itself.",
      "Every stream is checked: numbered from 0 without a gap or a double, one end, its last word"
          + " said, as many tokens as were asked of the simulated model. Exit code 1 when anything"
          + " failed, was cut, lost or out of order."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  200 streams at a time of 32 tokens each, 5 ms apart, through tasks:",
      "    millrace bench sse --connections 300 --rate 1000 --tokens 32 --interval-ms 5",
      "  Chat with a language model, and what it costs the node:",
      "    millrace bench sse --target chat --model smollm2 --rate 2 --server-pid PID"
    })
final class SseCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--target",
      defaultValue = "tasks",
      description = "The door: tasks, chat (default ${DEFAULT-VALUE}).")
  private String door = "tasks";

  @Option(
      names = "--connections",
      defaultValue = "100",
      description =
          "Open connections, each with one stream at a time; at least rate x seconds of a stream"
              + " (default ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rate",
      defaultValue = "100",
      description = "Streams begun a second over all connections (default ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--model",
      defaultValue = "sim",
      description = "Who answers (default ${DEFAULT-VALUE}).")
  private String model = "sim";

  @Option(
      names = "--tokens",
      defaultValue = "16",
      description = "Tokens asked for in each stream (default ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--interval-ms",
      defaultValue = "20",
      description = "Milliseconds between two tokens of the model sim (default ${DEFAULT-VALUE}).")
  private int intervalMillis;

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
    SseTarget target = SseTarget.named(door);
    Target node = common.target(environment);
    String key = common.key(environment);
    SsePlan plan =
        new SsePlan(
            target,
            model,
            connections,
            rate,
            common.warmup(),
            common.duration(),
            common.drain(),
            tokens,
            intervalMillis,
            durability);
    OpenFiles.check("--connections", connections, openFiles);
    return (clock, transport, meters) -> new SseRun(plan, node, key, clock, transport, meters);
  }
}
