package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.json.JsonText;
import org.jspecify.annotations.Nullable;

/** {@code {"error":{"message","type","param","code"}}}. */
final class OpenAiDialect implements Dialect {

  static final OpenAiDialect INSTANCE = new OpenAiDialect();

  private OpenAiDialect() {}

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public void render(Problem problem, int status, String requestId, JsonText json) {
    write(problem, json);
  }

  static void write(Problem problem, JsonText json) {
    json.beginObject().name("error").beginObject();
    json.field("message", problem.message()).field("type", problem.code().openAiType());
    json.name("param");
    String param = parameter(problem.field());
    if (param == null) {
      json.nullValue();
    } else {
      json.value(param);
    }
    json.field("code", problem.code().wireName()).endObject().endObject();
  }

  /** {@code /messages/0/content} as these clients know it: {@code messages[0].content}. */
  static @Nullable String parameter(@Nullable String pointer) {
    if (pointer == null || !pointer.startsWith("/")) {
      return pointer == null || pointer.isEmpty() ? null : pointer;
    }
    // A model names what is wrong by its place in the task's input; these clients sent no such.
    String shown = pointer.matches("/input/[a-z].*") ? pointer.substring(6) : pointer;
    StringBuilder parameter = new StringBuilder();
    for (String segment : shown.substring(1).split("/", -1)) {
      if (!segment.isEmpty() && segment.chars().allMatch(c -> c >= '0' && c <= '9')) {
        parameter.append('[').append(segment).append(']');
      } else {
        parameter.append(parameter.isEmpty() ? "" : ".").append(segment);
      }
    }
    return parameter.toString();
  }
}
