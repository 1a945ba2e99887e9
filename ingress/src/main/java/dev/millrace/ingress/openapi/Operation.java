package dev.millrace.ingress.openapi;

import dev.millrace.ingress.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only a person can say of a route. Mutable while it is read. */
final class Operation {

  String tag = "Other";
  @Nullable String summary;
  @Nullable String description;

  /** Of the good answer. */
  long status = 200;

  String contentType = "application/json";

  /** Names of schemas: of the body, of the answer, of each event where the answer can stream. */
  @Nullable String body;

  /** Whether a request may come without its body. */
  boolean optionalBody;

  /** Whether the route does nothing but say that it is not served. */
  boolean refused;

  @Nullable String answer;
  @Nullable String stream;

  /** A second status that is no error, and its schema. */
  long also;

  @Nullable String alsoAnswer;

  /** A body, as JSON. */
  @Nullable String example;

  /** Parameters in the query, a JSON array. */
  @Nullable String query;

  /** Names of shared header parameters; {@code *} for all that calls take. */
  final List<String> headers = new ArrayList<>(0);

  /** Of a route that nobody has described. */
  static Operation undescribed(String template) {
    Operation operation = new Operation();
    operation.tag = template.startsWith("/v2") ? "Open Inference Protocol V2" : "Other";
    return operation;
  }

  static Operation read(JsonObjectReader json) {
    Operation operation = new Operation();
    for (String name; (name = json.nextField()) != null; ) {
      operation.field(name, json);
    }
    return operation;
  }

  private void field(String name, JsonObjectReader json) {
    switch (name) {
      case "tag" -> tag = json.text();
      case "summary" -> summary = json.text();
      case "description" -> description = json.text();
      case "status" -> status = json.whole(100, 599);
      case "contentType" -> contentType = json.text();
      case "body" -> body = json.text();
      case "optionalBody" -> optionalBody = json.truth();
      case "refused" -> refused = json.truth();
      case "answer" -> answer = json.text();
      case "stream" -> stream = json.text();
      case "also" -> also = json.whole(100, 599);
      case "alsoAnswer" -> alsoAnswer = json.text();
      case "example" -> example = raw(json);
      case "query" -> query = raw(json);
      case "headers" -> json.elements(16, () -> headers.add(json.text()));
      default -> throw new IllegalStateException("operations.json: unknown field " + name);
    }
  }

  private static String raw(JsonObjectReader json) {
    return new String(json.raw(), StandardCharsets.UTF_8);
  }
}
