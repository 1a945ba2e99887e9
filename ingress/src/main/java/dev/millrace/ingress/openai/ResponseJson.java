package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.json.JsonText;
import org.jspecify.annotations.Nullable;

/** A response as JSON, at any time of its life. Pure functions of the task and its events. */
final class ResponseJson {

  static final String QUEUED = "queued";
  static final String IN_PROGRESS = "in_progress";
  static final String COMPLETED = "completed";
  static final String INCOMPLETE = "incomplete";

  private ResponseJson() {}

  /** As it stands now. */
  static JsonText of(StreamView view, ResponseAsked asked) {
    End end = view.end();
    JsonText json = new JsonText();
    if (end != null) {
      ended(view.task(), end, TaskJson.text(view), asked, json);
    } else {
      boolean waits = view.state() == TaskState.QUEUED && isBackground(view.task());
      unended(view.task(), waits ? QUEUED : IN_PROGRESS, asked, json);
    }
    return json;
  }

  /** Before it has ended. */
  static void unended(Task task, String status, ResponseAsked asked, JsonText json) {
    head(task, status, null, null, asked, json);
    json.name("output").beginArray().endArray().name("usage").nullValue();
    tail(task, asked, json);
    json.endObject();
  }

  /** After it has ended, however it did. */
  static void ended(Task task, End end, String text, ResponseAsked asked, JsonText json) {
    String status = status(end);
    head(task, status, Answers.problem(end), incomplete(status), asked, json);
    json.name("output").beginArray();
    if (!text.isEmpty() || end.state() == TaskState.SUCCEEDED) {
      message(task, status.equals(COMPLETED) ? COMPLETED : INCOMPLETE, text, json);
    }
    json.endArray();
    usage(end.usage(), json);
    tail(task, asked, json);
    if (!end.labels().isEmpty()) {
      json.name("millrace").beginObject().field("task", task.id().toString());
      TaskJson.writeLabels(end.labels(), json);
      json.endObject();
    }
    json.endObject();
  }

  static boolean isBackground(Task task) {
    return task.settings().onDisconnect() == OnDisconnect.DETACH;
  }

  static String status(End end) {
    return switch (end.state()) {
      case SUCCEEDED -> "length".equals(end.finishReason()) ? INCOMPLETE : COMPLETED;
      case CANCELLED -> "cancelled";
      case QUEUED, RUNNING, NEEDS_REVIEW, FAILED, EXPIRED, QUARANTINED -> "failed";
    };
  }

  private static @Nullable String incomplete(String status) {
    return status.equals(INCOMPLETE) ? "max_output_tokens" : null;
  }

  private static void head(
      Task task,
      String status,
      @Nullable Problem problem,
      @Nullable String incomplete,
      ResponseAsked asked,
      JsonText json) {
    json.beginObject()
        .field("id", ResponseId.of(task.id()))
        .field("object", "response")
        .field("created_at", task.acceptedWallMillis() / 1_000)
        .field("status", status)
        .field("background", isBackground(task))
        .name("error");
    if (problem == null) {
      json.nullValue();
    } else {
      json.beginObject().field("code", problem.code().wireName());
      json.field("message", problem.message()).endObject();
    }
    json.name("incomplete_details");
    if (incomplete == null) {
      json.nullValue();
    } else {
      json.beginObject().field("reason", incomplete).endObject();
    }
    optional("instructions", asked.instructions(), json);
    json.name("max_output_tokens");
    if (asked.maxOutputTokens() == 0) {
      json.nullValue();
    } else {
      json.value(asked.maxOutputTokens());
    }
    json.field("model", task.model());
  }

  private static void tail(Task task, ResponseAsked asked, JsonText json) {
    json.field("parallel_tool_calls", true).name("previous_response_id").nullValue();
    json.name("reasoning").raw("{\"effort\":null,\"summary\":null}");
    json.field("store", ResponsesDoor.isStored(task));
    optional("temperature", asked.temperature(), json);
    json.name("text").beginObject().name("format").raw(asked.format()).endObject();
    json.field("tool_choice", "auto").name("tools").beginArray().endArray();
    optional("top_p", asked.topP(), json);
    json.field("truncation", "disabled").name("user").nullValue();
    json.name("metadata").raw(asked.metadata());
  }

  private static void optional(String name, @Nullable String value, JsonText json) {
    json.name(name);
    if (value == null) {
      json.nullValue();
    } else {
      json.value(value);
    }
  }

  private static void optional(String name, @Nullable Double value, JsonText json) {
    json.name(name);
    if (value == null) {
      json.nullValue();
    } else {
      json.value(value.doubleValue());
    }
  }

  /** The one message of a response; without parts while text is null. */
  static void message(Task task, String status, @Nullable String text, JsonText json) {
    json.beginObject()
        .field("id", ResponseId.message(task.id()))
        .field("type", "message")
        .field("status", status)
        .field("role", "assistant")
        .name("content")
        .beginArray();
    if (text != null) {
      part(text, json);
    }
    json.endArray().endObject();
  }

  static void part(String text, JsonText json) {
    json.beginObject().field("type", "output_text").field("text", text);
    json.name("annotations").beginArray().endArray();
    json.name("logprobs").beginArray().endArray().endObject();
  }

  private static void usage(Usage usage, JsonText json) {
    json.name("usage").beginObject().field("input_tokens", usage.promptTokens());
    json.name("input_tokens_details").beginObject().field("cached_tokens", 0);
    json.field("cache_write_tokens", 0).endObject();
    json.field("output_tokens", usage.completionTokens());
    json.name("output_tokens_details").beginObject().field("reasoning_tokens", 0).endObject();
    json.field("total_tokens", usage.totalTokens()).endObject();
  }
}
