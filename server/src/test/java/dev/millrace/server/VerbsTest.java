package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The command line as a person or a script meets it: exit codes, help, and what is told where. */
class VerbsTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Millrace.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** Every verb and every verb of a verb, as it is typed. */
  static Stream<List<String>> verbs() {
    List<List<String>> all = new ArrayList<>();
    collect(Millrace.commandLine(), List.of(), all);
    return all.stream();
  }

  private static void collect(CommandLine command, List<String> typed, List<List<String>> all) {
    command
        .getSubcommands()
        .forEach(
            (name, verb) -> {
              if (!verb.getCommandSpec().helpCommand()) {
                List<String> path = new ArrayList<>(typed);
                path.add(name);
                all.add(path);
                collect(verb, path, all);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void help_is_printed_with_an_example_and_ends_with_0(List<String> verb) {
    assertThat(run(with(verb, "--help"))).isZero();
    assertThat(out.toString()).contains("Usage: millrace " + String.join(" ", verb));
    assertThat(out.toString()).contains("Example");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void an_unknown_option_is_refused_and_ends_with_2(List<String> verb) {
    assertThat(run(with(verb, "--no-such-option"))).isEqualTo(2);
    assertThat(err.toString()).containsAnyOf("--no-such-option", "Missing required parameter");
    assertThat(out.toString()).as("a script that reads the output gets none").isEmpty();
  }

  private static String[] with(List<String> verb, String more) {
    return Stream.concat(verb.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void a_good_configuration_ends_with_0_and_one_line() throws IOException {
    Path file = Files.writeString(folder.resolve("good.yaml"), "http: {port: 81}\n");
    assertThat(run("check", file.toString())).isZero();
    assertThat(out.toString().strip()).isEqualTo(file + ": good");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void everything_wrong_with_a_configuration_is_told_with_line_and_counted() throws IOException {
    Path file =
        Files.writeString(folder.resolve("bad.yaml"), "htp: 1\nlanes: {tasks: 0, wait: 1y}\n");
    assertThat(run("check", file.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "bad.yaml:1: htp: unknown key (expected: did you mean http?)",
            "bad.yaml:2: lanes.tasks: 0 (expected: 1..1000000 tasks)",
            "bad.yaml:2: lanes.wait: 1y (expected: 10ms..1d)",
            "3 to mend");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_configuration_that_is_not_there_ends_with_1_and_none_given_with_2() {
    assertThat(run("check", folder.resolve("none.yaml").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none.yaml: no such file");
    assertThat(run("check", folder.toString())).isEqualTo(1);
    assertThat(run("check")).isEqualTo(2);
    assertThat(err.toString()).contains("FILE");
    assertThat(run("check", "a", "b")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port|x|2|'x'",
        "--port|70000|1|command line: http.port: 70000 (expected: 0..65535)",
        "--port|-1|1|command line: http.port: -1 (expected: 0..65535)",
        "--operator-port|65536|1|command line: http.operator_port: 65536 (expected: 0..65535)",
        "--host|a b|1|command line: http.host: a b (expected: ",
      })
  void serve_with_a_wrong_option_starts_nothing_and_tells_found_and_expected(
      String option, String value, int code, String told) throws IOException {
    Path data = folder.resolve("data");
    assertThat(run("serve", "--data", data.toString(), option, value)).isEqualTo(code);
    assertThat(err.toString()).contains(told);
    assertThat(data).doesNotExist();
  }

  @Test
  void serve_with_a_configuration_that_is_not_there_or_wrong_starts_nothing() throws IOException {
    Path data = folder.resolve("data");
    Path file = folder.resolve("millrace.yaml");
    assertThat(run("serve", "--data", data.toString(), "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("millrace.yaml");
    Files.writeString(file, "a: 1\nb: 2\n");
    assertThat(run("serve", "--data", data.toString(), "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("the configuration is refused:")
        .contains("  millrace.yaml:1: a: unknown key", "  millrace.yaml:2: b: unknown key");
    assertThat(out.toString()).isEmpty();
    assertThat(data).doesNotExist();
  }

  @Test
  void models_without_a_verb_asks_which_and_add_without_a_path_asks_for_it() {
    assertThat(run("models")).isEqualTo(2);
    assertThat(err.toString()).contains("add, list or verify?");
    assertThat(run("models", "add", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("PATH");
  }

  @Test
  void a_model_that_cannot_be_added_ends_with_1_and_leaves_nothing() throws IOException {
    Path data = folder.resolve("data");
    Path source = Files.createDirectories(folder.resolve("x"));
    assertThat(run("models", "add", "x", source.toString(), "--data", data.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("no manifest (expected: a file model.yaml)");
    assertThat(run("models", "add", "../x", source.toString(), "--data", data.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("../x (expected: [a-z0-9]");
    assertThat(run("models", "add", "x", source + "/none.onnx", "--data", data.toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("none.onnx: nothing (expected: ");
    try (Stream<Path> left = Files.list(data.resolve("models"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsOnly(".lock");
    }
  }

  @Test
  void a_wrong_isolation_ends_with_2_and_tells_found_and_expected() {
    assertThat(
            run(
                "models",
                "add",
                "x",
                folder.toString(),
                "--isolation",
                "sandbox",
                "--data",
                folder.resolve("data").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--isolation: sandbox (expected: worker or in-process)");
  }

  @Test
  void the_json_list_of_models_is_an_object_a_line_and_nothing_else() {
    String data = folder.resolve("data").toString();
    assertThat(run("models", "list", "--json", "--data", data)).isZero();
    assertThat(out.toString().lines())
        .allMatch(line -> line.startsWith("{\"model\":\"") && line.endsWith("\"}"));
    assertThat(run("models", "verify", "--data", data)).isZero();
    assertThat(out.toString()).contains(" versions, 0 mismatches");
  }

  @Test
  void a_changed_file_is_told_by_verify_which_ends_with_1() throws IOException {
    String data = folder.resolve("data").toString();
    Path source = Files.createDirectories(folder.resolve("odd"));
    Files.writeString(
        source.resolve("model.yaml"), "name: odd\nversion: 1\nkind: generate\nruntime: sim\n");
    assertThat(run("models", "add", "odd", source.toString(), "--data", data)).isZero();
    assertThat(out.toString()).contains("added odd 1 sha256:");
    assertThat(run("models", "add", "odd", source.toString(), "--data", data)).isZero();
    assertThat(out.toString()).contains("was there already: odd 1");
    Path stored = folder.resolve("data/models/odd/1/content/model.yaml");
    Files.writeString(stored, Files.readString(stored).replace("version: 1", "version: 2"));
    assertThat(run("models", "verify", "--data", data)).isEqualTo(1);
    assertThat(err.toString()).contains("odd 1: model.yaml: SHA-256 ");
    assertThat(out.toString()).contains(" 1 mismatches");
    assertThat(run("models", "list", "--data", data)).as("a broken one is listed").isZero();
    assertThat(out.toString()).contains("broken");
  }

  @Test
  void arguments_that_look_like_a_file_of_arguments_are_not_read() throws IOException {
    Path file = Files.writeString(folder.resolve("arguments"), "--help");
    assertThat(run("@" + file)).isEqualTo(2);
  }
}
