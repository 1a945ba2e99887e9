package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.Eventually;
import dev.millrace.verify.node.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Long greedy texts of the bundled story teller, and what uninterrupted runs of them come to. */
final class Stories {

  static final String MODEL = "tale-1.1m";
  static final int TOKENS = 220;

  /** The published greedy continuation of the model, as its assets give it. */
  private static final String GOLDEN =
      ", there was a little girl named Lily. She loved to play with her toys and";

  private static final List<String> PROMPTS =
      List.of(
          "Once upon a time",
          "One day, a " + NodeProcess.MARKER + " cat",
          "The " + NodeProcess.MARKER + " dog ran to",
          "Mom said to Tim: " + NodeProcess.MARKER);

  private final List<String> texts = new ArrayList<>();
  private final List<Integer> events = new ArrayList<>();

  private Stories() {}

  /** Runs each once, with nothing in its way. */
  static Stories uninterrupted(NodeClient client) throws Exception {
    Stories stories = new Stories();
    for (int i = 0; i < PROMPTS.size(); i++) {
      Transcript seen = new Transcript();
      String id = client.submit("{" + fields(i) + "}");
      client.follow(id, seen);
      Eventually.holds("a story ends", Duration.ofSeconds(30), seen::ended);
      assertThat(seen.violations()).isEmpty();
      stories.texts.add(seen.text());
      stories.events.add(seen.last() + 1);
    }
    assertThat(stories.texts.getFirst()).startsWith(GOLDEN);
    return stories;
  }

  /** A submission of the story, without braces. */
  static String fields(int story) {
    return "\"model\":\"%s\",\"deadline_ms\":120000,\"input\":{\"prompt\":\"%s\",\"max_tokens\":%d,\"temperature\":0}"
        .formatted(MODEL, prompt(story), TOKENS);
  }

  static String completion(int story) {
    return "{\"model\":\"%s\",\"prompt\":\"%s\",\"max_tokens\":%d,\"temperature\":0,\"stream\":true}"
        .formatted(MODEL, prompt(story), TOKENS);
  }

  private static String prompt(int story) {
    return PROMPTS.get(story % PROMPTS.size());
  }

  String text(int story) {
    return texts.get(story % texts.size());
  }

  Watched watched(String id, Transcript seen, int story) {
    return new Watched(id, seen, text(story), events.get(story % events.size()));
  }
}
