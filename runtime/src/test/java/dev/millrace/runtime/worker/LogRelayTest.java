package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.sim.VirtualClock;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRelayTest {

  @Test
  void output_comes_line_by_line_with_the_last_even_if_unfinished() {
    assertThat(relay("one\ntwo\r\n\nlast")).containsExactly("one", "two", "", "last");
  }

  @Test
  void a_long_line_is_cut_and_the_next_is_whole() {
    List<String> lines = relay("x".repeat(100_000) + "\nnext\n");
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).hasSize(LogRelay.LONGEST_LINE + 1).endsWith("x…");
    assertThat(lines.get(1)).isEqualTo("next");
  }

  @Test
  void control_characters_cannot_forge_a_line() {
    assertThat(relay("a\rERROR b\u001b[2J\tc\n")).containsExactly("a?ERROR b?[2J\tc");
  }

  @Test
  void more_than_a_thousand_lines_a_second_are_left_out_and_counted() {
    List<String> lines = new ArrayList<>();
    VirtualClock clock = new VirtualClock();
    LineRate rate = new LineRate(clock, lines::add);
    for (int i = 0; i < 1_500; i++) {
      rate.accept("line " + i);
    }
    assertThat(lines).hasSize(1_000);
    clock.advance(Duration.ofSeconds(1));
    rate.accept("on");
    assertThat(lines.subList(1_000, lines.size()))
        .containsExactly("(500 lines left out: more than 1,000 a second)", "on");
  }

  private static List<String> relay(String output) {
    List<String> lines = new ArrayList<>();
    byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
    new LogRelay(new ByteArrayInputStream(bytes), lines::add).run();
    return lines;
  }
}
