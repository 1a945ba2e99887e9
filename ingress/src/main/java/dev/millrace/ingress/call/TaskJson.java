package dev.millrace.ingress.call;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.json.JsonText;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task, its end and its receipt as our doors say them. Pure functions. */
public final class TaskJson {

  private static final Stamp[] STAMPS = Stamp.values();

  private TaskJson() {}

  public static @Nullable ModelSpec spec(ServingSnapshot snapshot, Task task) {
    Deployment deployment = snapshot.deployment(task.model());
    return deployment == null ? null : deployment.spec();
  }

  /** The whole view: {@code GET /v1/tasks/{id}}. */
  public static void write(StreamView view, @Nullable ModelSpec spec, JsonText json) {
    json.beginObject();
    writeHead(view, json);
    End end = view.end();
    if (end != null) {
      writeEnd(end, view, spec, json);
    }
    writeReceipt(view.task(), json);
    json.endObject();
  }

  /** One line of a list: no output, no receipt. */
  public static void writeSummary(StreamView view, JsonText json) {
    json.beginObject();
    writeHead(view, json);
    json.endObject();
  }

  private static void writeHead(StreamView view, JsonText json) {
    Task task = view.task();
    json.field("task", task.id().toString())
        .field("model", task.model())
        .field("state", view.state().wireName())
        .field("class", task.taskClass().wireName())
        .field("durability", task.settings().durability().wireName())
        .field("door", task.settings().door())
        .field("created", Instant.ofEpochMilli(task.acceptedWallMillis()).toString())
        .field("deadline", Instant.ofEpochMilli(task.deadlineWallMillis()).toString())
        .field("attempts", view.attempt())
        .field("events", view.published());
    if (task.settings().session() != null) {
      json.field("session", task.settings().session());
    }
  }

  private static void writeEnd(End end, StreamView view, @Nullable ModelSpec spec, JsonText json) {
    if (end.finishReason() != null) {
      json.field("finish_reason", end.finishReason());
    }
    if (end.problem() == null) {
      json.name("output");
      writeOutput(end, view, spec, json);
    } else {
      writeProblem(end.problem(), json);
      if (view.published() > 1) {
        json.name("partial_output").beginObject().field("text", text(view)).endObject();
      }
    }
    writeUsage(end.usage(), json);
    writeLabels(end.labels(), json);
  }

  private static void writeOutput(
      End end, StreamView view, @Nullable ModelSpec spec, JsonText json) {
    boolean calls = !ToolCalls.in(end.outputs()).isEmpty();
    if (calls || (end.outputs().isEmpty() && (spec == null || spec.generates()))) {
      OutputJson.writeGenerated(text(view), end.outputs(), json);
    } else {
      OutputJson.write(spec, end.outputs(), json);
    }
  }

  /** The text of the tokens published so far, since the answer last began anew. */
  public static String text(StreamView view) {
    StringBuilder text = new StringBuilder();
    try (StreamView.Cursor cursor = view.follow(0, () -> {})) {
      for (StreamEvent event; (event = cursor.next()) != null; ) {
        if (event instanceof Token(var _, var more)) {
          text.append(more);
        } else if (event instanceof Notice(var code, var _) && code == StreamEvent.Code.RESTART) {
          text.setLength(0);
        }
      }
    }
    return text.toString();
  }

  public static void writeUsage(Usage usage, JsonText json) {
    json.name("usage")
        .beginObject()
        .field("prompt_tokens", usage.promptTokens())
        .field("completion_tokens", usage.completionTokens())
        .field("total_tokens", usage.totalTokens())
        .endObject();
  }

  public static void writeLabels(List<String> labels, JsonText json) {
    json.name("labels").beginArray();
    labels.forEach(json::value);
    json.endArray();
  }

  public static void writeProblem(Problem problem, JsonText json) {
    json.name("error")
        .beginObject()
        .field("code", problem.code().wireName())
        .field("message", problem.message());
    if (problem.field() != null) {
      json.field("field", problem.field());
    }
    json.endObject();
  }

  /**
   * The first receipt: when each hand-off happened, milliseconds after acceptance, in the order of
   * time. {@code recorded} is that of the end. {@code delivered}, when the first reader was given
   * the end, comes after the record and so stands in memory: it is known while the task's stream is
   * kept, until a restart, and not of a reader that came after the newest thousand other ends.
   */
  private static void writeReceipt(Task task, JsonText json) {
    Stamps stamps = task.stamps();
    long accepted = stamps.at(Stamp.ACCEPTED);
    json.name("receipt")
        .beginObject()
        .field("snapshot", task.snapshot())
        .name("stamps_ms")
        .beginObject();
    for (Stamp stamp : inOrderOfTime(stamps)) {
      long sinceAccepted = stamps.at(stamp) - accepted;
      json.name(stamp.wireName()).value(Math.round(sinceAccepted / 1_000.0) / 1_000.0);
    }
    json.endObject().endObject();
  }

  /** At the same time those stand first that come first on the line. */
  private static List<Stamp> inOrderOfTime(Stamps stamps) {
    return Arrays.stream(STAMPS)
        .filter(stamp -> stamps.at(stamp) != 0)
        .sorted(Comparator.comparingLong(stamps::at))
        .toList();
  }
}
