package dev.millrace.ingress.call;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.ingress.json.JsonText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An event as our own doors say it: the fields after the number. A pure function. */
public final class EventJson {

  private EventJson() {}

  public static String kind(StreamEvent event) {
    return switch (event) {
      case Token _ -> "token";
      case Notice _ -> "notice";
      case End _ -> "end";
    };
  }

  /**
   * @param wholeText what a reader who saw no tokens is told at the end, or null
   */
  public static void write(
      StreamEvent event, @Nullable ModelSpec spec, @Nullable String wholeText, JsonText json) {
    switch (event) {
      case Token(var _, var text) -> json.field("text", text);
      case Notice(var code, var attempt) ->
          json.field("code", code.name().toLowerCase(Locale.ROOT)).field("attempt", attempt);
      case End end -> writeEnd(end, spec, wholeText, json);
    }
  }

  private static void writeEnd(
      End end, @Nullable ModelSpec spec, @Nullable String wholeText, JsonText json) {
    json.field("state", end.state().wireName());
    if (end.finishReason() != null) {
      json.field("finish_reason", end.finishReason());
    }
    if (end.problem() != null) {
      TaskJson.writeProblem(end.problem(), json);
    } else if (!end.outputs().isEmpty() && ToolCalls.in(end.outputs()).isEmpty()) {
      json.name("output");
      OutputJson.write(spec, end.outputs(), json);
    } else if (wholeText != null || !end.outputs().isEmpty()) {
      json.name("output");
      OutputJson.writeGenerated(wholeText, end.outputs(), json);
    }
    TaskJson.writeUsage(end.usage(), json);
    TaskJson.writeLabels(end.labels(), json);
  }
}
