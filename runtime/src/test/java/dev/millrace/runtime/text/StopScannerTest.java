package dev.millrace.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StopScannerTest {

  @Test
  void what_may_become_a_stop_text_is_held_and_let_go_when_it_does_not() {
    StopScanner scanner = new StopScanner(List.of("\n\n", "END"));
    assertThat(scanner.push("one\n")).isEqualTo("one");
    assertThat(scanner.push("two E")).isEqualTo("\ntwo ");
    assertThat(scanner.push("N")).isEmpty();
    assertThat(scanner.push("d")).isEqualTo("ENd");
    assertThat(scanner.stopped()).isFalse();
    assertThat(scanner.push(" EN")).isEqualTo(" ");
    assertThat(scanner.finish()).isEqualTo("EN");
  }

  @Test
  void a_stop_text_across_pushes_ends_and_is_never_let_out() {
    StopScanner scanner = new StopScanner(List.of("STOP"));
    assertThat(scanner.push("go ST")).isEqualTo("go ");
    assertThat(scanner.push("OP and more")).isEmpty();
    assertThat(scanner.stopped()).isTrue();
    assertThat(scanner.push("x") + scanner.finish()).isEmpty();
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** The model that is obviously right: the whole text, cut at the first stop text. */
  @ParameterizedTest
  @MethodSource("seeds")
  void lets_out_exactly_what_stands_before_the_first_stop_text(long seed) {
    Random random = new Random(seed);
    List<String> stops =
        random.ints(1 + random.nextInt(3), 1, 4).mapToObj(n -> letters(random, n)).toList();
    String whole = letters(random, 40);
    StopScanner scanner = new StopScanner(stops);
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < whole.length() && !scanner.stopped(); ) {
      int next = Math.min(whole.length(), at + random.nextInt(4));
      out.append(scanner.push(whole.substring(at, next)));
      at = next;
    }
    out.append(scanner.finish());
    int first =
        stops.stream().mapToInt(whole::indexOf).filter(at -> at >= 0).min().orElse(whole.length());
    assertThat(scanner.stopped()).isEqualTo(first < whole.length());
    assertThat(out.toString()).isEqualTo(whole.substring(0, first));
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    random.ints(count, 'a', 'd').forEach(letter -> text.append((char) letter));
    return text.toString();
  }
}
