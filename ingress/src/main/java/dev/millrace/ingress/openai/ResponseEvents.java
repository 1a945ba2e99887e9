package dev.millrace.ingress.openai;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.ingress.json.JsonText;
import java.util.function.Consumer;

/**
 * A response's events as the typed sequence that its clients know, numbered from 0.
 *
 * <p>A pure function of the task and its recorded events: the same events always give the same
 * numbers, before and after a restart. So a resume renders from the beginning and passes over what
 * the client has seen; nothing else has to be kept.
 */
final class ResponseEvents {

  private final Task task;
  private final ResponseAsked asked;
  private final int after;
  private final JsonText json = new JsonText();
  private final StringBuilder frames = new StringBuilder();
  private final String place;
  private int next;
  private boolean begun;

  /**
   * @param after the last number that the client has seen; −1 for none
   */
  ResponseEvents(Task task, ResponseAsked asked, int after) {
    this.task = task;
    this.asked = asked;
    this.after = after;
    this.place =
        ",\"item_id\":\""
            + ResponseId.message(task.id())
            + "\",\"output_index\":0,\"content_index\":0,";
  }

  /** What is said as soon as the task is kept. */
  String opening() {
    frames.setLength(0);
    if (ResponseJson.isBackground(task)) {
      state("response.created", ResponseJson.QUEUED);
      state("response.queued", ResponseJson.QUEUED);
    } else {
      state("response.created", ResponseJson.IN_PROGRESS);
      state("response.in_progress", ResponseJson.IN_PROGRESS);
    }
    return frames.toString();
  }

  /** Whether any of the text was said. */
  boolean begun() {
    return begun;
  }

  /** Whether the client may have seen what comes now, or something else under its number. */
  boolean mayBeKnown() {
    return next <= after;
  }

  /** More of the text. */
  String text(String more) {
    frames.setLength(0);
    begin();
    if (isWanted()) {
      // By hand, for this is what most events are.
      json.clear()
          .begin("{\"type\":\"response.output_text.delta\",\"sequence_number\":")
          .value(next)
          .begin(place)
          .field("delta", more)
          .begin(",\"logprobs\":[]}");
      frame("response.output_text.delta", json.toString());
    }
    next++;
    return frames.toString();
  }

  /** The end, with the whole text. */
  String end(End end, String text) {
    frames.setLength(0);
    if (end.state() == TaskState.SUCCEEDED) {
      begin();
      closing(end, text);
    }
    String kind =
        switch (ResponseJson.status(end)) {
          case ResponseJson.COMPLETED -> "response.completed";
          case ResponseJson.INCOMPLETE -> "response.incomplete";
          default -> "response.failed";
        };
    event(
        kind,
        body -> {
          body.name("response");
          ResponseJson.ended(task, end, text, asked, body);
        });
    return frames.toString();
  }

  /** That this stream cannot go on, whatever becomes of the response. */
  String broken(Problem problem) {
    frames.setLength(0);
    next = Math.max(next, after + 1); // whatever the client has seen, this is news
    event(
        "error",
        body -> {
          body.field("code", problem.code().wireName());
          body.field("message", problem.message()).name("param").nullValue();
          // The same once more where clients look that know no typed errors.
          body.name("error").beginObject().field("message", problem.message());
          body.field("type", problem.code().openAiType()).name("param").nullValue();
          body.field("code", problem.code().wireName()).endObject();
        });
    return frames.toString();
  }

  private void state(String kind, String status) {
    event(
        kind,
        body -> {
          body.name("response");
          ResponseJson.unended(task, status, asked, body);
        });
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    if (ResponseJson.isBackground(task)) {
      state("response.in_progress", ResponseJson.IN_PROGRESS);
    }
    event(
        "response.output_item.added",
        body -> {
          body.field("output_index", 0).name("item");
          ResponseJson.message(task, ResponseJson.IN_PROGRESS, null, body);
        });
    event(
        "response.content_part.added",
        body -> {
          position(body).name("part");
          ResponseJson.part("", body);
        });
  }

  private void closing(End end, String text) {
    event(
        "response.output_text.done",
        body -> position(body).field("text", text).name("logprobs").beginArray().endArray());
    event(
        "response.content_part.done",
        body -> {
          position(body).name("part");
          ResponseJson.part(text, body);
        });
    event(
        "response.output_item.done",
        body -> {
          body.field("output_index", 0).name("item");
          ResponseJson.message(task, ResponseJson.status(end), text, body);
        });
  }

  private JsonText position(JsonText body) {
    return body.field("item_id", ResponseId.message(task.id()))
        .field("output_index", 0)
        .field("content_index", 0);
  }

  private boolean isWanted() {
    return next > after;
  }

  private void event(String kind, Consumer<JsonText> fields) {
    if (isWanted()) {
      json.clear().beginObject().field("type", kind).field("sequence_number", next);
      fields.accept(json);
      frame(kind, json.endObject().toString());
    }
    next++;
  }

  private void frame(String kind, String data) {
    frames.append("event: ").append(kind).append("\ndata: ").append(data).append("\n\n");
  }
}
