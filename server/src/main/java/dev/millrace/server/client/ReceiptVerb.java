package dev.millrace.server.client;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Where a task's time went, as a picture. */
@Command(
    name = "receipt",
    description = "Shows where a task's time went, from hand-off to hand-off.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: ./millrace receipt tsk_01J8Z…"})
public final class ReceiptVerb implements Callable<Integer> {

  private static final int BAR = 40;

  @Mixin private ApiOptions options;

  @Parameters(paramLabel = "ID", description = "The task.")
  private String id;

  @Option(names = "--json", description = "The receipt as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
  ReceiptVerb() {}

  /** One hand-off, milliseconds after acceptance. */
  record Step(String name, double atMillis) {}

  @Override
  public Integer call() {
    try (ApiClient api = options.client()) {
      JsonNode task = api.get("/v1/tasks/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(task.path("receipt"));
      } else {
        out.printf(
            "%s  %s  %s  %s, attempt %d%n",
            task.path("task").asString(""),
            task.path("model").asString(""),
            task.path("class").asString(""),
            task.path("state").asString(""),
            task.path("attempts").asInt(0));
        lines(steps(task.path("receipt").path("stamps_ms"))).forEach(out::println);
      }
      return 0;
    }
  }

  private static List<Step> steps(JsonNode stamps) {
    List<Step> steps = new ArrayList<>();
    stamps.forEachEntry((name, at) -> steps.add(new Step(name, at.asDouble(0))));
    steps.sort(Comparator.comparingDouble(Step::atMillis));
    return steps;
  }

  /** A line a hand-off: when, how long after the one before, and where in the whole that lies. */
  static List<String> lines(List<Step> steps) {
    List<String> lines = new ArrayList<>();
    double whole = steps.isEmpty() ? 0 : Math.max(steps.getLast().atMillis(), 0.001);
    double before = 0;
    for (Step step : steps) {
      int from = (int) (before / whole * BAR);
      int to = Math.max((int) Math.round(step.atMillis() / whole * BAR), from);
      String bar = " ".repeat(from) + (to == from ? "|" : "=".repeat(to - from));
      lines.add(
          String.format(
                  "%-14s %12.3f ms  +%10.3f  %s",
                  step.name(), step.atMillis(), step.atMillis() - before, bar)
              .stripTrailing());
      before = step.atMillis();
    }
    return lines;
  }
}
