package dev.millrace.ingress.openapi;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.json.JsonText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One operation: what its route says of itself, and what a person said of it. One use. */
final class OperationJson {

  private static final List<String> CALL_HEADERS =
      List.of("Class", "Deadline", "Session", "Durability", "IdempotencyKey");
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String PARAMETERS = "#/components/parameters/";

  /** What only the making of an answer can end in. */
  private static final Set<ErrorCode> OF_TASKS =
      EnumSet.of(
          ErrorCode.IDEMPOTENCY_MISMATCH,
          ErrorCode.CANCELLED,
          ErrorCode.OVERLOADED,
          ErrorCode.MODEL_LOADING,
          ErrorCode.STORAGE_FULL,
          ErrorCode.DRAINING,
          ErrorCode.DEADLINE_EXCEEDED,
          ErrorCode.QUARANTINED,
          ErrorCode.RUNTIME_FAILED,
          ErrorCode.UPSTREAM_FAILED);

  private final Route route;
  private final Operation operation;
  private final Values values;

  OperationJson(Route route, Operation operation, Values values) {
    this.route = route;
    this.operation = operation;
    this.values = values;
  }

  void write(JsonText json) {
    String summary = operation.summary;
    json.beginObject().field("operationId", operationId());
    json.name("tags").beginArray().value(operation.tag).endArray();
    json.field("summary", summary == null ? OpenApiDocument.key(route) : summary);
    if (operation.description != null) {
      json.field("description", operation.description);
    }
    parameters(json);
    body(json);
    responses(json);
    if (route.action() == Action.HEALTH) {
      json.name("security").beginArray().endArray();
    }
    json.endObject();
  }

  private String operationId() {
    StringBuilder id = new StringBuilder(route.method().name().toLowerCase(Locale.ROOT));
    for (String word : route.template().split("[^A-Za-z0-9]+")) {
      if (!word.isEmpty()) {
        id.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    if (route.template().endsWith("/")) {
      id.append("Slash");
    }
    return id.toString();
  }

  private void parameters(JsonText json) {
    List<String> all = new ArrayList<>();
    for (String segment : route.template().split("/")) {
      if (segment.startsWith("{")) {
        all.add(
            "{\"name\":\""
                + segment.substring(1, segment.length() - 1)
                + "\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
      }
    }
    if (operation.query != null) {
      String inner = operation.query.substring(1, operation.query.length() - 1);
      all.add(values.fill(inner).replace("{\"name\":", "{\"in\":\"query\",\"name\":"));
    }
    List<String> headers = operation.headers.contains("*") ? CALL_HEADERS : operation.headers;
    headers.forEach(header -> all.add("{\"$ref\":\"" + PARAMETERS + header + "\"}"));
    if (!all.isEmpty()) {
      json.name("parameters").raw("[" + String.join(",", all) + "]");
    }
  }

  private void body(JsonText json) {
    if (operation.body == null) {
      return;
    }
    json.name("requestBody").beginObject().field("required", !operation.optionalBody);
    json.name("content").beginObject();
    json.name("application/json").beginObject();
    schema(operation.body, json);
    if (operation.example != null) {
      json.name("example").raw(operation.example);
    }
    json.endObject().endObject().endObject();
  }

  private void responses(JsonText json) {
    json.name("responses").beginObject();
    if (!operation.refused) {
      answer(operation.status, operation.answer, operation.stream, json);
    }
    if (operation.also != 0) {
      String other = operation.alsoAnswer;
      answer(operation.also, other == null ? operation.answer : other, null, json);
    }
    errors()
        .forEach(
            (status, codes) -> {
              if (status != operation.also) {
                error(status, codes, json);
              }
            });
    json.endObject();
  }

  private void answer(
      long status, @Nullable String answer, @Nullable String stream, JsonText json) {
    json.name(Long.toString(status)).beginObject().field("description", "As asked for.");
    boolean plain = answer == null && !operation.contentType.equals("application/json");
    if (answer != null || stream != null || plain) {
      json.name("content").beginObject();
      if (answer != null) {
        schema(answer, json.name("application/json").beginObject()).endObject();
      }
      if (stream != null) {
        // Of one event's data: a stream has no schema of its own in this version of OpenAPI.
        json.name("text/event-stream").beginObject().name("x-millrace-event").beginObject();
        json.field("$ref", SCHEMAS + stream).endObject().endObject();
      }
      if (plain) {
        json.name(operation.contentType).raw("{\"schema\":{\"type\":\"string\"}}");
      }
      json.endObject();
    }
    json.endObject();
  }

  /** The codes that this route can end in, by the status that its dialect gives them. */
  private Map<Integer, List<ErrorCode>> errors() {
    Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
    if (route.action() == Action.HEALTH) {
      return Map.of();
    }
    codes.addAll(
        EnumSet.of(
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.UNAUTHENTICATED,
            ErrorCode.FORBIDDEN,
            ErrorCode.RATE_LIMITED,
            ErrorCode.INTERNAL));
    if (operation.refused) {
      codes.add(ErrorCode.UNSUPPORTED);
    }
    if (route.template().contains("{") || route.action() == Action.INFER) {
      codes.add(ErrorCode.NOT_FOUND);
    }
    if (route.bodyLimit() > 0) {
      codes.add(ErrorCode.TOO_LARGE);
      codes.add(ErrorCode.UNSUPPORTED);
    }
    if (route.action() == Action.INFER) {
      codes.addAll(OF_TASKS);
    }
    return codes.stream()
        .collect(
            Collectors.groupingBy(
                code -> route.dialect().status(Problem.of(code, "")),
                TreeMap::new,
                Collectors.toList()));
  }

  private void error(int status, List<ErrorCode> codes, JsonText json) {
    String names = codes.stream().map(ErrorCode::wireName).collect(Collectors.joining(", "));
    json.name(Integer.toString(status)).beginObject().field("description", names + ".");
    json.name("content").beginObject().name(route.dialect().contentType()).beginObject();
    schema(errorSchema(), json);
    json.endObject().endObject().endObject();
  }

  private String errorSchema() {
    if (route.dialect() == Dialect.MILLRACE) {
      return "Problem";
    }
    return route.template().startsWith("/v2") ? "V2Error" : "OpenAiError";
  }

  private static JsonText schema(String name, JsonText json) {
    return json.name("schema").beginObject().field("$ref", SCHEMAS + name).endObject();
  }
}
