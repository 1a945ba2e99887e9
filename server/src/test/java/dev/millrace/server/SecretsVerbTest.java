package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SecretsVerbTest {

  private static final String VALUE = "sk-never-shown";

  @TempDir private Path data;
  private final StringWriter said = new StringWriter();

  private int run(String input, String... arguments) {
    CommandLine line =
        Millrace.commandLine()
            .setOut(new PrintWriter(said, true))
            .setErr(new PrintWriter(said, true));
    String[] all = new String[arguments.length + 3];
    all[0] = "secrets";
    all[1] = "--data";
    all[2] = data.toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return line.execute(all);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void a_secret_is_set_from_standard_input_listed_by_name_and_removed() {
    assertThat(run(VALUE + "\n", "set", "vllm")).isZero();
    assertThat(run("", "list")).isZero();
    assertThat(said.toString()).contains("vllm: sealed", "vllm").doesNotContain(VALUE);
    assertThat(run("", "remove", "vllm")).isZero();
    assertThat(run("", "remove", "vllm")).isEqualTo(1);
  }

  @Test
  void what_cannot_be_one_is_refused_without_showing_it() {
    assertThat(run("two words", "set", "vllm")).isEqualTo(1);
    assertThat(run("", "set", "vllm")).isEqualTo(1);
    assertThat(run(VALUE, "set", "../x")).isEqualTo(1);
    assertThat(said.toString()).doesNotContain("two words").doesNotContain(VALUE);
  }

  @Test
  void without_a_verb_of_its_own_it_is_used_wrongly() {
    assertThat(run("")).isEqualTo(2);
  }
}
