package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for wrongly: exit code 2, the option, what was found, what was expected. */
class ArgumentsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ws --sessions 0 | --sessions: 0 (expected: 1 to 1000000)",
        "ws --sessions 999999 | --sessions: 999999 (expected: at most",
        "ws --rate 0 | --rate: 0.0 (expected: above 0",
        "ws --duration 0 | --duration: 0.0 s (expected: above 0",
        "ws --warmup -1 | --warmup: -1.0 s (expected: 0 to",
        "ws --duration 1e99 | --duration: 1E+99 (expected: at most 86400",
        "ws --tokens -1 | --tokens: -1 (expected: 0 to",
        "ws --interval-ms 99999999 | --interval-ms: 99999999 (expected: 0 to",
        "ws --service-ms -2 | --service-ms: -2.0 (expected: 0 to",
        "ws --durability disk | --durability: disk (expected: memory or fsync)",
        "ws --connect-rate -1 | --connect-rate: -1.0 (expected: 0",
        "ws --connect-warmup -1 | --connect-warmup: -1 (expected: 0",
        "ws --rate 1000000 --duration 3600 | at most 20000000 tasks in all",
        "ws --rate fast | '--rate'",
        "ws --url https://127.0.0.1 | --url: https://127.0.0.1 (expected: http://HOST:PORT, no TLS)",
        "ws --url ht!tp://x | --url: ht!tp://x (expected: http://HOST:PORT",
        "ws --url http:///x | --url: http:///x (expected: http://HOST:PORT",
        "ws --url http://192.0.2.1:80 | --allow-remote",
        "http --url http://192.0.2.1:80 | an address of this machine",
        "http --connections 0 | --connections: 0 (expected: 1 to",
        "http --rate -1 | --rate: -1.0 (expected: 0 (closed loop)",
        "http --rows 0 | --rows: 0 (expected: 1 to",
        "http --tokens -1 | --tokens: -1 (expected: 0 to",
        "http --target grpc | --target: grpc (expected: tasks, v2, embeddings, completions, chat)",
        "http --model ../x | --model: ../x (expected: 1 to 64 letters",
        "http --durability none | --durability: none (expected: memory or fsync)",
        "sse --connections 0 | --connections: 0 (expected: 1 to",
        "sse --rate 0 | --rate: 0.0 (expected: above 0",
        "sse --tokens 0 | --tokens: 0 (expected: 1 to",
        "sse --interval-ms -1 | --interval-ms: -1 (expected: 0 to",
        "sse --target ws | --target: ws (expected: tasks, chat)",
        "sse --model ../x | --model: ../x (expected: 1 to 64 letters",
        "sse --durability none | --durability: none (expected: memory or fsync)",
        "sse --rate 1000000 --duration 3600 | at most 20000000 streams in all",
        "grpc --streams 0 | --streams: 0 (expected: 1 to 100000)",
        "grpc --streams 4 --connections 5 | --connections: 5 (expected: 1 to 4",
        "grpc --rate -1 | --rate: -1.0 (expected: 0 (closed loop)",
        "grpc --rows 0 | --rows: 0 (expected: 1 to",
        "grpc --model ../x | --model: ../x (expected: 1 to 64 letters",
        "grpc --durability none | --durability: none (expected: memory or fsync)",
        "'' | which door? (expected: ws, http, sse, grpc)",
        "udp | udp"
      })
  void a_wrong_argument_is_named_with_what_was_found_and_expected(String line, String message) {
    Bench bench = line.isEmpty() ? Bench.run() : Bench.run(line.split(" "));
    assertThat(bench.exit()).isEqualTo(2);
    assertThat(bench.err()).contains(message);
    assertThat(bench.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ws", "http", "sse", "grpc"})
  void help_teaches_with_an_example_and_shows_the_defaults(String verb) {
    Bench bench = Bench.run(verb, "--help");
    assertThat(bench.exit()).isZero();
    assertThat(bench.out()).contains("Example", "millrace bench " + verb, "default 10");
  }

  @Test
  void a_wrong_key_is_refused_without_being_shown() {
    Bench bench = Bench.run("ws", "--key", "sec ret");
    assertThat(bench.exit()).isEqualTo(2);
    assertThat(bench.err()).contains("--key: (hidden)").doesNotContain("sec ret");
  }

  @Test
  void sockets_beyond_the_limit_of_open_files_are_refused_with_both_numbers() {
    assertThatThrownBy(() -> OpenFiles.check("--sessions", 10_000, OptionalLong.of(1_024)))
        .hasMessage(
            "--sessions: 10000 (expected: at most 768 under this process's limit of 1024 open"
                + " files; raise it with ulimit -n, or run several generators)");
    OpenFiles.check("--sessions", 768, OptionalLong.of(1_024));
    OpenFiles.check("--sessions", 10_000, OptionalLong.empty());
  }

  @Test
  void the_limit_of_open_files_is_read_as_the_kernel_writes_it() {
    String limits =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max open files            20000                30000                files     \n";
    assertThat(OpenFiles.parse(limits)).hasValue(20_000);
    assertThat(OpenFiles.parse("Max open files   unlimited   unlimited  files\n")).isEmpty();
  }

  @Test
  void another_machine_is_loaded_only_when_it_is_asked_for() {
    assertThat(Target.parse("http://192.0.2.1:81", true).authority()).isEqualTo("192.0.2.1:81");
    assertThat(Target.parse("ws://127.0.0.9", false).address().getPort()).isEqualTo(80);
  }
}
