package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** {@code /openapi.json} against the code. */
class OpenApiTest {

  private final Doors doors = new Doors();
  private JsonNode document = Doors.json("{}");

  @BeforeEach
  void read() {
    var response = doors.get("/openapi.json");
    assertThat(response.statusCode()).isEqualTo(200);
    document = Doors.json(response);
  }

  @AfterEach
  void close() {
    doors.close();
  }

  private void operations(Consumer<JsonNode> each) {
    document.get("paths").forEach(path -> path.forEach(each));
  }

  private static void walk(JsonNode node, Consumer<JsonNode> each) {
    each.accept(node);
    node.forEach(inner -> walk(inner, each));
  }

  private Set<String> described() {
    Set<String> described = new TreeSet<>();
    document
        .get("paths")
        .propertyStream()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return described;
  }

  @Test
  void it_describes_every_route_and_no_other() {
    Set<String> served = new TreeSet<>();
    for (Route route : doors.server.routes()) {
      served.add(route.method() + " " + route.template());
    }
    assertThat(described()).isEqualTo(served);
    assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
  }

  @Test
  void every_route_was_described_by_a_person() {
    document
        .get("paths")
        .propertyStream()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation ->
                            assertThat(operation.get("summary").asString())
                                .as(path.getKey())
                                .doesNotEndWith(" " + path.getKey())));
  }

  @Test
  void what_is_not_served_is_described_with_nothing_but_refusals() {
    List<String> statuses = new ArrayList<>();
    operations(
        operation -> {
          if (operation.at("/tags/0").asString().equals("Not served")) {
            statuses.addAll(operation.get("responses").propertyNames());
          }
        });
    assertThat(statuses).contains("400").noneMatch(status -> status.startsWith("2"));
  }

  @Test
  void every_operation_has_a_name_of_its_own_and_its_paths_parameters() {
    Set<String> names = new HashSet<>();
    document
        .get("paths")
        .propertyStream()
        .forEach(
            path ->
                path.getValue()
                    .forEach(
                        operation -> {
                          assertThat(names.add(operation.get("operationId").asString())).isTrue();
                          List<String> inPath = new ArrayList<>();
                          operation
                              .path("parameters")
                              .forEach(
                                  parameter -> {
                                    if (parameter.path("in").asString("").equals("path")) {
                                      inPath.add("{" + parameter.get("name").asString() + "}");
                                    }
                                  });
                          assertThat(Stream.of(path.getKey().split("/")))
                              .filteredOn(segment -> segment.startsWith("{"))
                              .isEqualTo(inPath);
                        }));
  }

  @Test
  void every_reference_leads_somewhere() {
    List<String> references = new ArrayList<>();
    walk(
        document,
        node -> {
          if (node.path("$ref").isString()) {
            references.add(node.get("$ref").asString());
          }
        });
    assertThat(references).hasSizeGreaterThan(50);
    assertThat(references)
        .allSatisfy(to -> assertThat(document.at(to.substring(1)).isMissingNode()).isFalse());
  }

  @Test
  void every_error_code_is_documented_and_every_documented_one_exists() {
    List<String> codes = Stream.of(ErrorCode.values()).map(ErrorCode::wireName).toList();
    assertThat(texts("/components/schemas/ErrorCode/enum")).containsExactlyElementsOf(codes);
    Set<String> used = new TreeSet<>();
    operations(
        operation ->
            operation
                .get("responses")
                .propertyStream()
                .filter(response -> Integer.parseInt(response.getKey()) >= 400)
                .forEach(
                    response -> {
                      String names = response.getValue().get("description").asString();
                      if (names.equals("As asked for.")) {
                        return; // a readiness that is not yet one
                      }
                      for (String code : names.replace(".", "").split(", ")) {
                        used.add(code);
                        assertThat(ErrorCode.valueOf(code.toUpperCase(Locale.ROOT)).httpStatus())
                            .isEqualTo(Integer.parseInt(response.getKey()));
                      }
                    }));
    assertThat(used).containsExactlyInAnyOrderElementsOf(codes);
  }

  private List<String> texts(String pointer) {
    return document.at(pointer).valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void every_limit_is_the_one_that_requests_are_held_to() {
    assertThat(document.get("x-millrace-limits"))
        .isEqualTo(
            Doors.json(
                """
                {"json_bytes":65536,"tensor_bytes":262144,"json_depth":64,"max_tokens":4096,
                 "deadline_ms":3600000,"body_ms":5000,"tasks_per_socket":4,
                 "slow_reader_ms":30000}"""));
    for (String limit :
        List.of(
            "CompletionRequest/properties/max_tokens",
            "ChatRequest/properties/max_completion_tokens",
            "ResponseRequest/properties/max_output_tokens")) {
      assertThat(document.at("/components/schemas/" + limit + "/maximum").asInt())
          .isEqualTo(Doors.LIMITS.maxTokens());
    }
    assertThat(
            document
                .at("/components/schemas/TaskSubmission/properties/deadline_ms/maximum")
                .asLong())
        .isEqualTo(Doors.LIMITS.deadlineMillis());
    assertThat(document.toString()).doesNotContain("@");
  }

  @Test
  void our_headers_have_the_names_that_are_read() {
    List<String> headers =
        document
            .at("/components/parameters")
            .valueStream()
            .map(parameter -> parameter.get("name").asString())
            .toList();
    assertThat(headers)
        .contains(
            CallHeaders.CLASS, CallHeaders.DEADLINE, CallHeaders.SESSION, CallHeaders.DURABILITY);
  }

  @Test
  void what_needs_no_key_is_marked_so() {
    for (Route route : doors.server.routes()) {
      JsonNode operation =
          document
              .get("paths")
              .get(route.template())
              .get(route.method().name().toLowerCase(Locale.ROOT));
      assertThat(operation.has("security"))
          .isEqualTo(route.action() == dev.millrace.domain.security.Action.HEALTH);
    }
  }

  @TestFactory
  Stream<DynamicTest> every_example_is_taken_by_its_door() {
    doors.line.behave(OpenApiTest::answer);
    List<DynamicTest> tests = new ArrayList<>();
    document
        .get("paths")
        .propertyStream()
        .forEach(
            path -> {
              JsonNode example =
                  path.getValue().at("/post/requestBody/content/application~1json/example");
              String url = path.getKey().replace("{m}", "intents").replace("{v}", "1");
              if (!example.isMissingNode()) {
                tests.add(DynamicTest.dynamicTest(url, () -> isTaken(url, example)));
              }
            });
    assertThat(tests).hasSizeGreaterThanOrEqualTo(7);
    return tests.stream();
  }

  private void isTaken(String url, JsonNode example) {
    var response = doors.send(doors.post(url, example.toString()));
    assertThat(response.statusCode()).as(response.body()).isIn(200, 202);
  }

  private static void answer(FakeStream stream) {
    switch (stream.task().model()) {
      case "minilm" ->
          stream.give(Tensor.ofFloats("embedding", new long[] {1, 4}, new float[] {1, 2, 3, 4}));
      case "intents" ->
          stream.give(
              Tensor.ofTexts("classes.label", new long[] {1, 1}, List.of("reset")),
              Tensor.ofFloats("classes.score", new long[] {1, 1}, new float[] {1}));
      default -> stream.say("a").succeed("stop");
    }
  }
}
