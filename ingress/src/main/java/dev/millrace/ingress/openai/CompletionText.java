package dev.millrace.ingress.openai;

import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One completion as JSON: whole, or chunk by chunk. A pure function of the task and its events.
 *
 * <p>A chunk's {@code finish_reason} is null, never empty, until the last; {@code choices} is empty
 * in the usage chunk and nowhere else.
 */
final class CompletionText {

  private static final String MIDDLE = "},\"logprobs\":null,\"finish_reason\":null}]";

  private final Task task;
  private final boolean chat;
  private final String beginning;
  private final String ending;
  private final JsonText json = new JsonText();

  /**
   * @param withUsage whether a chunk with the usage will follow the last, and each says so
   */
  CompletionText(Task task, boolean chat, boolean withUsage) {
    this.task = task;
    this.chat = chat;
    this.ending = withUsage ? ",\"usage\":null}" : "}";
    head(chat ? "chat.completion.chunk" : "text_completion");
    this.beginning = json.name("choices").toString();
  }

  /** The id of an answer: the kind and the task's own 26 characters. */
  static String id(Task task, boolean chat) {
    return (chat ? "chatcmpl-" : "cmpl-") + task.id().toString().substring(4);
  }

  private JsonText head(String object) {
    return json.clear()
        .beginObject()
        .field("id", id(task, chat))
        .field("object", object)
        .field("created", task.acceptedWallMillis() / 1_000)
        .field("model", task.model());
  }

  /** A chunk that adds text; empty to say only that the line is alive. */
  String chunk(String text, boolean first) {
    json.clear().begin(beginning);
    if (chat) {
      json.begin(
          first ? "[{\"index\":0,\"delta\":{\"role\":\"assistant\"," : "[{\"index\":0,\"delta\":{");
      if (first || !text.isEmpty()) {
        json.begin("\"content\":").value(text);
      }
      json.begin(MIDDLE);
    } else {
      json.begin("[{\"text\":").value(text);
      json.begin(",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]");
    }
    return json.begin(ending).toString();
  }

  /** The chunk that asks the client to make calls, each of them whole. */
  String callsChunk(List<String> calls, boolean first) {
    json.clear().begin(beginning);
    json.begin("[{\"index\":0,\"delta\":{");
    if (first) {
      json.field("role", "assistant").name("content").nullValue();
    }
    json.name("tool_calls").beginArray();
    for (int i = 0; i < calls.size(); i++) {
      // Each is an object; here it begins with its place.
      json.raw("{\"index\":" + i + "," + calls.get(i).substring(1));
    }
    json.endArray();
    return json.begin(MIDDLE).begin(ending).toString();
  }

  /** The last chunk with a choice. */
  String lastChunk(End end, boolean first) {
    json.clear().begin(beginning);
    json.beginArray().beginObject();
    if (chat) {
      json.field("index", 0).name("delta").beginObject();
      if (first) {
        json.field("role", "assistant").field("content", "");
      }
      json.endObject();
    } else {
      json.field("text", "").field("index", 0);
    }
    finish(end);
    json.endArray();
    ours(end);
    return json.begin(ending).toString();
  }

  String usageChunk(Usage usage) {
    json.clear().begin(beginning).beginArray().endArray();
    TaskJson.writeUsage(usage, json);
    return json.endObject().toString();
  }

  /** The whole answer of a call that does not stream. */
  JsonText whole(String text, End end) {
    head(chat ? "chat.completion" : "text_completion").name("choices").beginArray();
    json.beginObject();
    if (chat) {
      json.field("index", 0).name("message").beginObject();
      message(text, ToolCalls.in(end.outputs()));
      json.endObject();
    } else {
      json.field("text", text).field("index", 0);
    }
    finish(end);
    json.endArray();
    TaskJson.writeUsage(end.usage(), json);
    ours(end);
    return json.endObject();
  }

  private void message(String text, List<String> calls) {
    json.field("role", "assistant").name("content");
    if (calls.isEmpty() || !text.isEmpty()) {
      json.value(text);
    } else {
      json.nullValue();
    }
    json.name("refusal").nullValue();
    if (!calls.isEmpty()) {
      json.name("tool_calls").beginArray();
      calls.forEach(json::raw);
      json.endArray();
    }
  }

  private void finish(End end) {
    json.name("logprobs").nullValue();
    json.field("finish_reason", reason(end.finishReason())).endObject();
  }

  private static String reason(@Nullable String reason) {
    return reason == null ? "stop" : reason;
  }

  private void ours(End end) {
    json.name("millrace").beginObject().field("task", task.id().toString());
    if (!end.labels().isEmpty()) {
      TaskJson.writeLabels(end.labels(), json);
    }
    json.endObject();
  }
}
