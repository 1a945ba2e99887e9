package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine =
      Millrace.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void the_version_names_the_build_and_the_java_it_runs_on() {
    assertThat(commandLine.execute("--version")).isZero();
    assertThat(out.toString()).matches("millrace \\d+\\.\\d+\\.\\d+\\S* on Java 2\\d.*\\s+");
  }

  @Test
  void help_lists_every_verb() {
    assertThat(commandLine.execute("help")).isZero();
    for (String verb : commandLine.getSubcommands().keySet()) {
      assertThat(out.toString()).contains("  " + verb);
    }
  }

  @Test
  void every_verb_has_help_with_an_example() {
    for (CommandLine verb : commandLine.getSubcommands().values()) {
      if (verb.getCommandSpec().helpCommand()) {
        continue;
      }
      assertThat(verb.getUsageMessage()).contains("Example").contains("--help");
    }
  }

  @Test
  void an_unknown_verb_shows_the_usage_and_ends_with_2() {
    assertThat(commandLine.execute("qqqq")).isEqualTo(2);
    assertThat(err.toString()).contains("'qqqq'").contains("Usage: millrace");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_mistyped_verb_names_the_one_that_was_meant_and_ends_with_2() {
    assertThat(commandLine.execute("sevre")).isEqualTo(2);
    assertThat(err.toString()).contains("'sevre'").contains("serve");
  }

  @Test
  void no_verb_shows_the_usage_and_ends_with_2() {
    assertThat(commandLine.execute()).isEqualTo(2);
    assertThat(err.toString()).contains("No verb was given").contains("Usage: millrace");
  }

  @Test
  void the_test_verb_without_its_launcher_says_what_to_run() {
    assertThat(commandLine.execute("test")).isEqualTo(2);
    assertThat(err.toString()).contains("./millrace test");
  }

  @Test
  void a_verb_that_fails_ends_with_1_and_one_sentence() {
    commandLine.addSubcommand("fail", new Failing()).setErr(new PrintWriter(err));
    commandLine.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
    assertThat(commandLine.execute("fail")).isEqualTo(1);
    assertThat(err.toString()).contains("the disk is full").doesNotContain("\tat ");
  }

  @CommandLine.Command(name = "fail")
  static final class Failing implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("the disk is full");
    }
  }
}
