package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;

/**
 * A task that was acknowledged, what its client saw of it, and what it must come to.
 *
 * @param text the whole text of an uninterrupted run
 * @param events the number of events of an uninterrupted run, the end among them
 */
record Watched(String id, Transcript seen, String text, int events) {

  /** Where it stands, as far as its client knows. */
  enum Phase {
    QUEUED,
    RUNNING,
    ENDED
  }

  Phase phase() {
    if (seen.ended()) {
      return Phase.ENDED;
    }
    return seen.last() < 0 ? Phase.QUEUED : Phase.RUNNING;
  }

  /** It ended once and well, and its client saw just what an uninterrupted run would have shown. */
  void assertWhole() {
    assertThat(seen.violations()).as(id).isEmpty();
    JsonNode end = seen.end();
    assertThat(end).as("the end of %s after %s", id, seen.lines()).isNotNull();
    assertThat(end.path("state").asString("")).as("%s: %s", id, end).isEqualTo("succeeded");
    assertThat(seen.text()).as(id).isEqualTo(text);
    assertThat(seen.last()).as(id).isEqualTo(events - 1);
  }
}
