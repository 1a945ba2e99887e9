package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Forbidden: a stop text, or a part of one at its end, that a client sees; text that is lost. */
class StopScannerPropertyTest {

  private static String word(Random random, int longest) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(longest + 1); length > 0; length--) {
      word.append("ab\n".charAt(random.nextInt(3)));
    }
    return word.toString();
  }

  @Test
  void whatever_the_pieces_are_the_text_before_the_stop_is_seen_and_nothing_of_it() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      List<String> stops = new ArrayList<>();
      for (int count = random.nextInt(4); count > 0; count--) {
        stops.add(word(random, 3) + "ab".charAt(random.nextInt(2)));
      }
      String text = word(random, 24);
      StopScanner scanner = new StopScanner(stops);
      StringBuilder seen = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + random.nextInt(4));
        seen.append(scanner.push(text.substring(at, end)));
        at = end;
        String shown = seen.toString();
        assertThat(stops).as("seed " + seed).noneMatch(shown::contains);
      }
      boolean stopped = scanner.stopped();
      seen.append(scanner.finish());
      String shown = seen.toString();
      String told = "seed " + seed + ": " + text + " stops " + stops;
      assertThat(text).as(told).startsWith(shown);
      assertThat(stops).as(told).noneMatch(shown::contains);
      assertThat(stopped).as(told).isEqualTo(stops.stream().anyMatch(text::contains));
      if (stopped) {
        String rest = text.substring(shown.length());
        assertThat(stops).as(told).anyMatch(rest::startsWith);
        assertThat(scanner.push("more")).as(told).isEmpty();
      } else {
        assertThat(shown).as(told).isEqualTo(text);
      }
    }
  }
}
