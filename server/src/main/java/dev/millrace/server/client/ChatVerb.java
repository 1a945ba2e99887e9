package dev.millrace.server.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Talks with a model by hand, tokens as they come. */
@Command(
    name = "chat",
    description = "Talks with a model: one question, or line by line until the end of input.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Models without a chat template, such as the tale models, go on with a text: --completion.",
      "",
      "Example: ./millrace chat tale-1.1m --completion Once upon a time"
    })
public final class ChatVerb implements Callable<Integer> {

  /** Turns sent along, the newest; what is older is forgotten. */
  private static final int MOST_MESSAGES = 40;

  @Mixin private ApiOptions options;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Who answers.")
  private String model;

  @Parameters(
      index = "1..*",
      paramLabel = "TEXT",
      description = "One question; else standard input.")
  private List<String> text = List.of();

  @Option(names = "--completion", description = "Let it go on with the text; no turns.")
  private boolean completion;

  @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told first.")
  private @Nullable String system;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "At most in an answer (default ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
  ChatVerb() {}

  @Override
  public Integer call() throws IOException {
    try (ApiClient api = options.client()) {
      ArrayNode turns = JsonMapper.shared().createArrayNode();
      if (!text.isEmpty()) {
        ask(api, turns, String.join(" ", text));
        return 0;
      }
      PrintWriter err = spec.commandLine().getErr();
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      err.println(model + ": a line each; the end of input (Ctrl-D) ends this");
      prompt(err);
      for (String line; (line = lines.readLine()) != null; prompt(err)) {
        if (!line.isBlank()) {
          ask(api, turns, line);
        }
      }
      return 0;
    }
  }

  private static void prompt(PrintWriter err) {
    err.print("> ");
    err.flush();
  }

  private void ask(ApiClient api, ArrayNode turns, String question) throws IOException {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("model", model).put("stream", true).put("max_tokens", maxTokens);
    if (completion) {
      body.put("prompt", question);
    } else {
      turns.add(turn("user", question));
      while (turns.size() > MOST_MESSAGES) {
        turns.remove(0);
      }
      ArrayNode messages = body.putArray("messages");
      if (system != null) {
        messages.add(turn("system", system));
      }
      messages.addAll(turns);
    }
    String path = completion ? "/v1/completions" : "/v1/chat/completions";
    String answer = stream(api, path, body.toString());
    turns.add(turn("assistant", answer));
  }

  private static ObjectNode turn(String role, String content) {
    return JsonMapper.shared().createObjectNode().put("role", role).put("content", content);
  }

  private String stream(ApiClient api, String path, String body) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder answer = new StringBuilder();
    try (EventStream stream = api.open(path, body, Map.of())) {
      for (EventStream.Event event; (event = stream.next()) != null; ) {
        if (event.data().equals("[DONE]")) {
          out.println();
          out.flush();
          return answer.toString();
        }
        String more = token(JsonMapper.shared().readTree(event.data()));
        answer.append(more);
        out.print(more);
        out.flush();
      }
    }
    out.println();
    throw new ApiFailure(0, "the answer broke off before its end", null);
  }

  private static String token(JsonNode chunk) {
    if (chunk.path("error").isObject()) {
      throw new ApiFailure(0, chunk.path("error").path("message").asString("failed"), null);
    }
    JsonNode choice = chunk.path("choices").path(0);
    JsonNode text = choice.has("text") ? choice.path("text") : choice.path("delta").path("content");
    return text.asString("");
  }
}
