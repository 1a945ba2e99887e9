package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What cannot be served gets the documented error, and the next request is served as ever. */
@ExtendWith(SharedNode.class)
class BadInputTest {

  private static final String ROW = "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";
  private static final String GOOD = features("[" + ROW + "]");

  private NodeProcess node;
  private NodeClient client;
  private long worker;

  @BeforeEach
  void open(NodeProcess shared) throws Exception {
    node = shared;
    client = new NodeClient(shared);
    worker = shared.worker().pid();
  }

  @AfterEach
  void sameWorker() throws Exception {
    client.close();
    assertThat(node.worker().pid()).isEqualTo(worker);
  }

  /** A request and what must come of it. */
  private record Case(String path, String body, int status, String code) {}

  @Test
  void a_tasks_body_that_is_malformed_oversized_or_too_deep_gets_its_error() throws Exception {
    List<Case> cases = new ArrayList<>();
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "nul",
            "{\"model\":\"sim\"",
            "{\"model\":\"sim\",}",
            "{\"model\":\"sim\"} {}",
            "{'model':'sim'}",
            "{\"model\":7}",
            "{\"model\":\"sim\",\"model\":\"sim\"}",
            "{\"model\":\"sim\",\"input\":[]}",
            "{\"model\":\"sim\",\"input\":{\"tokens\":NaN}}",
            "{\"model\":\"sim\",\"input\":{\"tokens\":1e400}}",
            "{\"model\":\"sim\",\"input\":{\"tokens\":-1}}",
            "{\"model\":\"sim\",\"input\":{\"tokens\":\"many\"}}",
            "{\"model\":\"sim\",\"class\":\"urgent\"}",
            "{\"model\":\"sim\",\"deadline_ms\":0}",
            "{\"model\":\"sim\",\"deadline_ms\":99999999999}",
            "{\"model\":\"sim\",\"deadline_ms\":1.5}",
            "{\"model\":\"sim\",\"durability\":\"forever\"}",
            "{\"model\":\"sim\",\"input\":" + "{\"a\":".repeat(80) + "1" + "}".repeat(80) + "}",
            "[".repeat(100_000))) {
      cases.add(new Case("/v1/tasks", body, 400, "invalid_argument"));
    }
    cases.add(new Case("/v1/tasks", "{}", 400, "invalid_argument"));
    cases.add(new Case("/v1/tasks", "{\"model\":\"nobody\"}", 404, "not_found"));
    String large = "{\"model\":\"sim\",\"input\":{\"a\":\"" + "x".repeat(9 << 20) + "\"}}";
    cases.add(new Case("/v1/tasks", large, 413, "too_large"));
    check(cases);
  }

  @Test
  void features_of_a_wrong_shape_or_type_get_their_error_with_what_was_found_and_expected()
      throws Exception {
    List<Case> cases = new ArrayList<>();
    for (String value :
        List.of(
            "[1,2]",
            "[" + ROW + ",1]",
            "\"text\"",
            "null",
            "{}",
            "[[" + ROW + "],[1]]",
            "[" + ROW.replaceFirst("0", "\"0\"") + "]",
            "[" + ROW.replaceFirst("0", "null") + "]",
            "[" + ROW.replaceFirst("0", "1e39") + "]",
            "[" + ROW.replaceFirst("0", "NaN") + "]",
            "[" + ROW.replaceFirst("0", "Infinity") + "]")) {
      cases.add(new Case("/v1/tasks", features(value), 400, "invalid_argument"));
    }
    cases.add(
        new Case("/v1/tasks", "{\"model\":\"card_fraud_light_lr\"}", 400, "invalid_argument"));
    check(cases);
  }

  @Test
  void tensors_of_a_wrong_shape_type_or_length_get_their_error() throws Exception {
    List<String> bad =
        List.of(
            "{",
            "{}",
            "{\"inputs\":[]}",
            "{\"inputs\":{}}",
            tensor("features", "[1,16]", "FP32", "[1]"),
            tensor("features", "[1,15]", "FP32", "[" + ROW + "]"),
            tensor("features", "[-1,16]", "FP32", "[" + ROW + "]"),
            tensor("features", "[0,16]", "FP32", "[]"),
            tensor("features", "[2147483647,2147483647]", "FP32", "[" + ROW + "]"),
            tensor("features", "[9223372036854775807,16]", "FP32", "[" + ROW + "]"),
            tensor("features", "[]", "FP32", "[1]"),
            tensor("features", "[1,16]", "FP31", "[" + ROW + "]"),
            tensor("features", "[1,16]", "BYTES", "[" + ROW + "]"),
            tensor("features", "[1,16]", "INT64", "[" + ROW + "]"),
            tensor("nothing", "[1,16]", "FP32", "[" + ROW + "]"),
            tensor("features", "[1,16]", "FP32", "[" + ROW.replaceFirst("0", "NaN") + "]"),
            tensor("features", "[1,16]", "FP32", "[" + ROW.replaceFirst("0", "1e39") + "]"),
            tensor("features", "[1,16]", "FP32", "[" + ROW.replaceFirst("0", "\"0\"") + "]"),
            tensor("features", "[1,16]", "FP32", "[".repeat(70) + ROW + "]".repeat(70)));
    for (String body : bad) {
      NodeClient.Answer answer = client.post("/v2/models/card_fraud_heavy_gbdt/infer", body);
      assertThat(answer.status()).as("%s: %s", shown(body), answer.body()).isEqualTo(400);
      assertThat(answer.json().path("error").asString("")).as(shown(body)).isNotEmpty();
      assertThatTheNextIsServed();
    }
    assertThat(client.post("/v2/models/nobody/infer", "{}").status()).isEqualTo(404);
    NodeClient.Answer good =
        client.post(
            "/v2/models/card_fraud_heavy_gbdt/infer",
            tensor("features", "[1,16]", "FP32", "[" + ROW + "]"));
    assertThat(good.status()).as(good.body()).isEqualTo(200);
  }

  @Test
  void bytes_that_are_no_utf_8_are_refused_at_every_door() throws Exception {
    byte[] body =
        "{\"model\":\"sim\",\"session\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    for (String path :
        List.of(
            "/v1/tasks",
            "/v1/completions",
            "/v1/chat/completions",
            "/v1/embeddings",
            "/v2/models/card_fraud_heavy_gbdt/infer")) {
      HttpRequest request =
          client.request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
      NodeClient.Answer answer = client.send(request);
      assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(400);
      assertThatTheNextIsServed();
    }
  }

  @Test
  void a_bad_message_on_a_socket_is_answered_and_the_socket_goes_on() throws Exception {
    try (SocketClient socket = new SocketClient(node)) {
      List<String> bad =
          List.of(
              "\"op\":\"fly\"",
              "\"op\":\"submit\"",
              "\"op\":\"submit\",\"model\":7",
              "\"op\":\"submit\",\"model\":\"nobody\"",
              "\"op\":\"submit\",\"model\":\"sim\",\"input\":[]",
              "\"op\":\"resume\",\"task\":\"tsk_nothing\"",
              "\"op\":\"cancel\"");
      for (int i = 0; i < bad.size(); i++) {
        socket.send("{\"ref\":\"bad" + i + "\"," + bad.get(i) + "}");
        assertThat(socket.answer("bad" + i).path("op").asString(""))
            .as(bad.get(i))
            .isEqualTo("error");
      }
      socket.send("no JSON at all");
      assertThat(socket.answer("").path("code").asString("")).isEqualTo("invalid_argument");
      Transcript seen = new Transcript();
      socket.submit("good", "\"model\":\"sim\",\"input\":{\"tokens\":2,\"interval_ms\":1}", seen);
      Eventually.holds("a good task ends", java.time.Duration.ofSeconds(20), seen::ended);
      assertThat(seen.violations()).isEmpty();
    }
  }

  private void check(List<Case> cases) throws Exception {
    for (Case bad : cases) {
      NodeClient.Answer answer = client.post(bad.path(), bad.body(), "prefer", "wait=20");
      assertThatItIsRefused(bad, answer);
      assertThatTheNextIsServed();
    }
  }

  /** At the door, or by the model after the acknowledgement: the same error either way. */
  private static void assertThatItIsRefused(Case bad, NodeClient.Answer answer) {
    String what = shown(bad.body()) + ": " + answer.status() + " " + answer.body();
    if (answer.status() == 200) {
      assertThat(answer.json().path("state").asString("")).as(what).isEqualTo("failed");
      assertThat(answer.json().path("error").path("code").asString(""))
          .as(what)
          .isEqualTo(bad.code());
    } else {
      assertThat(answer.status()).as(what).isEqualTo(bad.status());
      assertThat(answer.json().path("code").asString("")).as(what).isEqualTo(bad.code());
      assertThat(answer.json().path("request_id").asString("")).as(what).isNotEmpty();
    }
    if (bad.status() == 400) {
      assertThat(answer.body()).as(what).contains("expected");
    }
  }

  private void assertThatTheNextIsServed() throws Exception {
    NodeClient.Answer good = client.post("/v1/tasks", GOOD, "prefer", "wait=20");
    assertThat(good.json().path("state").asString("")).as(good.body()).isEqualTo("succeeded");
  }

  private static String features(String value) {
    return "{\"model\":\"card_fraud_light_lr\",\"input\":{\"features\":" + value + "}}";
  }

  private static String tensor(String name, String shape, String type, String data) {
    return "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(name, shape, type, data);
  }

  private static String shown(String body) {
    return body.length() > 200 ? body.substring(0, 200) + "..." : body;
  }
}
