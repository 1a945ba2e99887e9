package dev.millrace.server.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows a task to its end: tokens as they come, and a line that breaks is taken up where it
 * broke.
 */
final class TaskTail {

  private static final int MOST_BREAKS = 20;
  private static final long BETWEEN_BREAKS_NANOS = 200_000_000;

  private final ApiClient api;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private int last;
  private int breaks;

  /**
   * @param json one event a line, as it came, instead of the text
   */
  TaskTail(ApiClient api, PrintWriter out, PrintWriter err, boolean json) {
    this.api = api;
    this.out = out;
    this.err = err;
    this.json = json;
  }

  /**
   * @param after the number of the last event that is known; −1 for all
   * @return the exit code: 0 when the task succeeded
   */
  int follow(String task, int after) {
    last = after;
    while (true) {
      JsonNode end = followOnce(task);
      if (end != null) {
        return ended(end);
      }
      if (++breaks > MOST_BREAKS) {
        throw new ApiFailure(0, "the line broke " + breaks + " times; last event " + last, null);
      }
      err.println("(the line broke after event " + last + "; going on from there)");
      err.flush();
      // At once the first time; after that whoever is away may be starting again.
      LockSupport.parkNanos((breaks - 1) * BETWEEN_BREAKS_NANOS);
    }
  }

  /** Null when the line broke before the end. */
  private @Nullable JsonNode followOnce(String task) {
    String path = "/v1/tasks/" + task + "/events" + (last < 0 ? "" : "?after=" + last);
    try (EventStream stream = api.open(path, null, Map.of())) {
      for (EventStream.Event event; (event = stream.next()) != null; ) {
        JsonNode data = JsonMapper.shared().readTree(event.data());
        last = event.id().isEmpty() ? last : Integer.parseInt(event.id());
        breaks = 0;
        print(event, data);
        if (event.kind().equals("end")) {
          return data;
        }
      }
    } catch (IOException broken) {
      return null;
    } catch (ApiFailure failure) {
      if (failure.status() != 0 || breaks == 0 && last < 0) {
        throw failure; // refused, or never reached
      }
    }
    return null;
  }

  private void print(EventStream.Event event, JsonNode data) {
    if (json) {
      out.println(event.data());
    } else if (event.kind().equals("token")) {
      out.print(data.path("text").asString(""));
    } else if (event.kind().equals("notice")) {
      err.println("(" + data.path("code").asString("notice") + ")");
    } else if (!data.path("output").isMissingNode() && !data.path("output").has("text")) {
      out.print(data.path("output"));
    }
    out.flush();
  }

  private int ended(JsonNode end) {
    String state = end.path("state").asString("");
    if (!json) {
      out.println();
      out.flush();
      JsonNode error = end.path("error");
      err.println(
          state
              + (end.has("finish_reason") ? ", " + end.path("finish_reason").asString("") : "")
              + (error.isObject()
                  ? ": "
                      + error.path("code").asString("")
                      + ", "
                      + error.path("message").asString("")
                  : "")
              + ", last event "
              + last);
      err.flush();
    }
    return state.equals("succeeded") ? 0 : 1;
  }
}
