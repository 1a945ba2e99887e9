package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ModelsDoorTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  @Test
  void all_models_are_listed_by_name() {
    JsonNode json = Doors.json(doors.get("/v1/models"));
    assertThat(json.get("object").asString()).isEqualTo("list");
    assertThat(json.get("data").valueStream().map(model -> model.get("id").asString()))
        .containsExactly(
            "card-fraud",
            "detector",
            "echo",
            "intents",
            "minilm",
            "photo",
            "remote",
            "scribe",
            "sim",
            "tale");
  }

  @Test
  void one_model_is_shown_as_the_contract_says() {
    assertThat(Doors.json(doors.get("/v1/models/tale")))
        .isEqualTo(
            Doors.json(
                """
                {"id":"tale","object":"model","created":1767225600,"owned_by":"millrace",
                 "millrace":{"kind":"generate","version":"1","context":256}}"""));
  }

  @Test
  void an_unknown_model_is_not_found() {
    var response = doors.get("/v1/models/gpt-9");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Doors.json(response).at("/error/code").asString()).isEqualTo("not_found");
  }
}
