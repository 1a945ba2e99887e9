package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters that multiply the work of one request, or smuggle in objects: capped or refused. */
class RefusedParametersTest extends FaultTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "completions      | `n`:16384                                 | n",
        "completions      | `n`:0                                     | n",
        "completions      | `best_of`:64                              | best_of",
        "completions      | `logprobs`:5                              | logprobs",
        "completions      | `echo`:true                               | echo",
        "completions      | `max_tokens`:1000000000                   | max_tokens",
        "completions      | `max_tokens`:4097                         | max_tokens",
        "completions      | `stop`:[%17]                              | stop",
        "completions      | `stop`:`%long`                            | stop",
        "completions      | `stop`:[``]                               | stop",
        "completions      | `logit_bias`:{`1`:100}                    | logit_bias",
        "completions      | `temperature`:1e308                       | temperature",
        "completions      | `top_p`:0                                 | top_p",
        "completions      | `top_k`:2147483648                        | top_k",
        "completions      | `seed`:9223372036854775808                | seed",
        "completions      | `prompt`:[`x`,`y`]                        | prompt",
        "completions      | `prompt`:[1,2,3]                          | prompt",
        "completions      | `prompt_embeds`:`gASVAAAA`                | prompt_embeds",
        "completions      | `prompt_embeds`:[`gASVAAAA`]              | prompt_embeds",
        "chat/completions | `n`:128                                   | n",
        "chat/completions | `top_logprobs`:20                         | top_logprobs",
        "chat/completions | `max_completion_tokens`:9007199254740993  | max_completion_tokens",
        "chat/completions | `messages`:[]                             | messages",
        "chat/completions | `prompt_embeds`:`gASVAAAA`                | prompt_embeds",
        "responses        | `max_output_tokens`:1000000000            | max_output_tokens",
        "responses        | `top_logprobs`:20                         | top_logprobs",
        "responses        | `metadata`:{%metadata}                    | metadata",
        "embeddings       | `input`:[%2049]                           | input",
        "embeddings       | `input`:[]                                | input",
        "embeddings       | `dimensions`:4096                         | dimensions",
      })
  void each_is_named(String door, String field, String named) {
    HttpResponse<String> response = doors.send(doors.post("/v1/" + door, body(door, field)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(Doors.json(response).path("error").path("param").asString(""))
        .as(response.body())
        .startsWith(named);
  }

  private static String body(String door, String field) {
    String json = field.replace('`', '"');
    json = json.replace("%17", String.join(",", Collections.nCopies(17, "\"x\"")));
    json = json.replace("%2049", String.join(",", Collections.nCopies(2_049, "\"x\"")));
    json = json.replace("%long", "x".repeat(257));
    if (json.contains("%metadata")) {
      StringBuilder pairs = new StringBuilder();
      for (int i = 0; i < 17; i++) {
        pairs.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
      }
      json = json.replace("%metadata", pairs);
    }
    List<String> rest =
        switch (door) {
          case "completions" -> List.of("\"model\":\"tale\"", "\"prompt\":\"x\"");
          case "chat/completions" ->
              List.of(
                  "\"model\":\"scribe\"", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]");
          case "responses" -> List.of("\"model\":\"scribe\"", "\"input\":\"x\"");
          default -> List.of("\"model\":\"minilm\"", "\"input\":\"x\"");
        };
    String name = json.substring(0, json.indexOf(':') + 1);
    StringBuilder kept = new StringBuilder();
    for (String pair : rest) {
      if (!pair.startsWith(name)) {
        kept.append(pair).append(',');
      }
    }
    return "{" + kept + json + "}";
  }
}
