package dev.millrace.verify.scenario;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one client saw of one task, over all of its connections. Holds the rules of a stream: it
 * begins at 0, each number follows the last, nothing follows the end, nothing is rewritten. What
 * breaks a rule is kept, for the test to show. Any thread.
 */
final class Transcript {

  private final List<JsonNode> events = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  synchronized void add(JsonNode event) {
    int number = event.path("seq").asInt(-1);
    if (number != events.size()) {
      violations.add("number " + number + " after " + (events.size() - 1) + ": " + event);
      return;
    }
    if (end() != null) {
      violations.add("after the end: " + event);
    }
    if (event.path("code").asString("").equals("restart")) {
      violations.add("rewritten: " + event);
    }
    events.add(event);
  }

  synchronized int last() {
    return events.size() - 1;
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized @Nullable JsonNode end() {
    JsonNode newest = events.isEmpty() ? null : events.getLast();
    return newest != null && newest.path("kind").asString("").equals("end") ? newest : null;
  }

  boolean ended() {
    return end() != null;
  }

  synchronized String text() {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.path("text").asString("")));
    return text.toString();
  }

  /** Each event as number, kind and what it says: the same on every door. */
  synchronized List<String> lines() {
    return events.stream()
        .map(
            event ->
                event.path("seq").asInt()
                    + " "
                    + event.path("kind").asString("")
                    + " "
                    + event.path("text").asString("")
                    + event.path("state").asString(""))
        .toList();
  }
}
