package dev.millrace.ingress.openapi;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.ingress.json.JsonText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What descriptions leave open as {@code "@name@"}: limits and enumerations, as they are here. */
final class Values {

  private static final Pattern OPEN = Pattern.compile("\"@([a-z_]+)@\"");

  private final Map<String, Long> limits = new LinkedHashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();

  Values(RequestLimits given) {
    limits.put("json_bytes", (long) given.jsonBytes());
    limits.put("tensor_bytes", (long) given.tensorBytes());
    limits.put("json_depth", (long) given.jsonDepth());
    limits.put("max_tokens", (long) given.maxTokens());
    limits.put("deadline_ms", given.deadlineMillis());
    limits.put("body_ms", given.bodyMillis());
    limits.put("tasks_per_socket", (long) given.tasksPerSocket());
    limits.put("slow_reader_ms", given.slowReaderMillis());
    limits.forEach((name, value) -> values.put(name, Long.toString(value)));
    texts("error_codes", Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName));
    texts("openai_types", Arrays.stream(ErrorCode.values()).map(ErrorCode::openAiType));
    texts("task_states", Arrays.stream(TaskState.values()).map(TaskState::wireName));
    texts("task_classes", Arrays.stream(TaskClass.values()).map(TaskClass::wireName));
    texts("durabilities", Arrays.stream(Durability.values()).map(Durability::wireName));
    texts("data_types", Arrays.stream(DataType.values()).map(DataType::name));
  }

  private void texts(String name, Stream<String> texts) {
    JsonText json = new JsonText().beginArray();
    texts.distinct().forEach(json::value);
    values.put(name, json.endArray().toString());
  }

  /** The description with what it left open. */
  String fill(String description) {
    return OPEN.matcher(description)
        .replaceAll(
            open -> {
              String value = values.get(open.group(1));
              if (value == null) {
                throw new IllegalStateException("nothing is called " + open.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /** The limits that requests are held to, by name. */
  void writeLimits(JsonText json) {
    json.beginObject();
    limits.forEach(json::field);
    json.endObject();
  }
}
