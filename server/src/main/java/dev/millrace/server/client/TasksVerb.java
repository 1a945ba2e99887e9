package dev.millrace.server.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tasks by hand: submit, look, follow, cancel. */
@Command(
    name = "tasks",
    description = "Submits tasks to a node, follows them, cancels them.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A task is kept once it is acknowledged: end this program and `tail` it later.",
      "",
      "Example: ./millrace tasks submit tale-1.1m '{\"prompt\":\"One day\"}' --follow"
    })
public final class TasksVerb implements Runnable {

  private static final long LARGEST_INPUT_BYTES = 64L * 1024 * 1024;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "JSON as it came, one object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs
  TasksVerb() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "submit, get, tail, cancel or list?");
  }

  /** What a submission may carry beside its input. */
  static final class Settings {
    @Option(names = "--class", paramLabel = "CLASS", description = "critical, standard, sheddable.")
    private @Nullable String taskClass;

    @Option(names = "--deadline-ms", paramLabel = "MS", description = "Milliseconds it is worth.")
    private @Nullable Long deadlineMillis;

    @Option(names = "--durability", paramLabel = "LEVEL", description = "fsync or memory.")
    private @Nullable String durability;

    @Option(
        names = "--idempotency-key",
        paramLabel = "KEY",
        description = "The same key and input again is the same task.")
    private @Nullable String idempotencyKey;

    void write(ObjectNode task) {
      if (taskClass != null) {
        task.put("class", taskClass);
      }
      if (deadlineMillis != null) {
        task.put("deadline_ms", deadlineMillis);
      }
      if (durability != null) {
        task.put("durability", durability);
      }
    }

    Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      if (idempotencyKey != null) {
        headers.put("idempotency-key", idempotencyKey);
      }
      return headers;
    }
  }

  @Command(
      name = "submit",
      description = "Submits a task; prints its id once the node keeps it.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example: ./millrace tasks submit banking77-light '{\"text\":\"my card is lost\"}' --follow"
      })
  int submit(
      @Mixin ApiOptions options,
      @Mixin Settings settings,
      @Parameters(paramLabel = "MODEL", description = "Who answers.") String model,
      @Parameters(
              paramLabel = "INPUT",
              description = "A JSON object, @FILE that holds one, or - for standard input.")
          String input,
      @Option(names = "--follow", description = "Show the answer as it comes.") boolean follow) {
    ObjectNode task = JsonMapper.shared().createObjectNode();
    task.put("model", model);
    task.set("input", input(input));
    settings.write(task);
    try (ApiClient api = options.client()) {
      JsonNode accepted = api.post("/v1/tasks", task.toString(), settings.headers());
      String id = accepted.path("task").asString("");
      for (JsonNode warning : accepted.path("warnings")) {
        err().println("warning: " + warning.asString(""));
      }
      if (follow) {
        err().println(id);
        err().flush();
        return new TaskTail(api, out(), err(), json).follow(id, -1);
      }
      out().println(json ? accepted.toString() : id);
      return 0;
    }
  }

  private JsonNode input(String argument) {
    String text = argument;
    try {
      if (argument.equals("-")) {
        byte[] read = System.in.readNBytes((int) LARGEST_INPUT_BYTES);
        text = new String(read, StandardCharsets.UTF_8);
      } else if (argument.startsWith("@")) {
        Path file = Path.of(argument.substring(1));
        long size = Files.size(file);
        if (size > LARGEST_INPUT_BYTES) {
          throw wrong(
              file + ": " + size + " bytes (expected: at most " + LARGEST_INPUT_BYTES + ")");
        }
        text = Files.readString(file);
      }
      JsonNode input = JsonMapper.shared().readTree(text);
      if (input.isObject()) {
        return input;
      }
    } catch (JacksonException malformed) {
      throw wrong("INPUT is no JSON: " + malformed.getOriginalMessage());
    } catch (IOException unreadable) {
      throw wrong("INPUT: " + unreadable.getMessage());
    }
    throw wrong(
        "INPUT: " + shortened(text) + " (expected: a JSON object, such as {\"text\":\"…\"})");
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  @Command(
      name = "get",
      description = "Shows a task: state, answer, receipt.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace tasks get tsk_01J8Z…"})
  int get(@Mixin ApiOptions options, @Parameters(paramLabel = "ID") String id) {
    try (ApiClient api = options.client()) {
      JsonNode task = api.get("/v1/tasks/" + encoded(id));
      out().println(json ? task.toString() : task.toPrettyString());
      return 0;
    }
  }

  @Command(
      name = "tail",
      description = "Follows a task to its end, from its first event or after a number.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace tasks tail tsk_01J8Z… --after 41"})
  int tail(
      @Mixin ApiOptions options,
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--after",
              paramLabel = "N",
              defaultValue = "-1",
              description = "The number of the last event that you have.")
          int after) {
    try (ApiClient api = options.client()) {
      return new TaskTail(api, out(), err(), json).follow(encoded(id), after);
    }
  }

  @Command(
      name = "cancel",
      description = "Stops a task: 0 when it ended cancelled, 1 when it had ended before.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace tasks cancel tsk_01J8Z…"})
  int cancel(@Mixin ApiOptions options, @Parameters(paramLabel = "ID") String id) {
    try (ApiClient api = options.client()) {
      JsonNode task = api.post("/v1/tasks/" + encoded(id) + "/cancel", "", Map.of());
      String state = task.path("state").asString("");
      out().println(json ? task.toString() : state);
      return state.equals("cancelled") ? 0 : 1;
    }
  }

  @Command(
      name = "list",
      description = "Lists the tasks that the node still knows, newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace tasks list --state running"})
  int list(
      @Mixin ApiOptions options,
      @Option(names = "--state", description = "queued, running, succeeded, failed, …")
          @Nullable String state,
      @Option(names = "--model", description = "Only this model's.") @Nullable String model,
      @Option(names = "--limit", defaultValue = "20", description = "At most (1..1000).")
          int limit) {
    StringBuilder path = new StringBuilder("/v1/tasks?limit=").append(limit);
    if (state != null) {
      path.append("&state=").append(encoded(state));
    }
    if (model != null) {
      path.append("&model=").append(encoded(model));
    }
    try (ApiClient api = options.client()) {
      for (JsonNode task : api.get(path.toString()).path("tasks")) {
        out().println(json ? task.toString() : line(task));
      }
      return 0;
    }
  }

  private static String line(JsonNode task) {
    return String.format(
        "%s  %-11s %-10s %-24s %s",
        task.path("task").asString(""),
        task.path("state").asString(""),
        task.path("class").asString(""),
        task.path("model").asString(""),
        task.path("created").asString(""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
