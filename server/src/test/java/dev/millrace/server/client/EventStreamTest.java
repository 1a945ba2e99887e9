package dev.millrace.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.server.client.EventStream.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** What the client verbs read from a node, and how they read what they are told about it. */
class EventStreamTest {

  private static List<Event> read(String text) throws IOException {
    List<Event> events = new ArrayList<>();
    try (EventStream stream =
        new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      for (Event event; (event = stream.next()) != null; ) {
        events.add(event);
      }
    }
    return events;
  }

  @Test
  void fields_make_an_event_and_a_blank_line_ends_it() throws IOException {
    assertThat(read("id: 4\nevent: token\ndata: {\"text\":\"ž\"}\n\n"))
        .containsExactly(new Event("4", "token", "{\"text\":\"ž\"}"));
  }

  @Test
  void several_lines_of_data_are_joined_and_one_blank_before_a_value_is_no_part_of_it()
      throws IOException {
    assertThat(read("data:a\ndata:  b\ndata:\n\n"))
        .containsExactly(new Event("", "message", "a\n b\n"));
  }

  @Test
  void comments_and_unknown_fields_are_passed_over() throws IOException {
    assertThat(read(": keep-alive\n\n: \nretry: 9\nother: x\nword\ndata: a\n\n"))
        .containsExactly(new Event("", "message", "a"));
  }

  @Test
  void an_event_without_data_is_none_and_its_kind_is_not_the_next_ones() throws IOException {
    assertThat(read("event: ping\n\ndata: a\n\n")).containsExactly(new Event("", "message", "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r", "\n"})
  void each_line_end_of_the_standard_is_one(String end) throws IOException {
    assertThat(read("id: 1\nevent: end\ndata: x\n\ndata: y\n\n".replace("\n", end)))
        .containsExactly(new Event("1", "end", "x"), new Event("", "message", "y"));
  }

  @Test
  void an_event_that_the_end_cuts_off_is_none_wherever_it_is_cut() throws IOException {
    String whole = "id: 1\nevent: token\ndata: abc\n";
    for (int length = 0; length <= whole.length(); length++) {
      assertThat(read(whole.substring(0, length))).as("cut at " + length).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"code\":\"overloaded\",\"detail\":\"full\"}|overloaded: full",
        "{\"code\":\"invalid_argument\",\"detail\":\"bad\",\"field\":\"/a\"}|invalid_argument: bad at"
            + " /a",
        "{\"title\":\"Not found\"}|Not found",
        "{\"error\":{\"message\":\"no model\",\"code\":\"not_found\"}}|not_found: no model",
        "{\"error\":\"a V2 text\"}|a V2 text",
        "{}|{}",
        "<html>a proxy</html>|<html>a proxy</html>",
        "[1]|[1]",
        "null|null",
      })
  void a_refusal_is_one_sentence_whoever_wrote_it(String body, String told) {
    assertThat(ApiFailure.of(429, body, null)).hasToString("refused with 429: " + told);
  }

  @Test
  void a_page_in_place_of_an_answer_is_shown_shortened() {
    ApiFailure failure = ApiFailure.of(502, "x".repeat(501), "7");
    assertThat(failure).hasToString("refused with 502: " + "x".repeat(500) + "…; again in 7 s");
    assertThat(failure.status()).isEqualTo(502);
  }

  /** A verb with nothing but the options of all client verbs. */
  @CommandLine.Command(name = "any")
  private static final class Any {
    @Mixin private ApiOptions api;
  }

  private static void client(Map<String, String> environment, String... arguments) {
    Any any = new Any();
    new CommandLine(any).parseArgs(arguments);
    try (ApiClient client = any.api.client(environment)) {
      assertThat(client).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080",
        "ftp://x",
        "http://",
        "http:///a",
        "",
        "http://a b",
        "http://h:70000"
      })
  void an_address_that_is_none_is_told_with_what_is_expected(String url) {
    assertThatThrownBy(() -> client(Map.of("MILLRACE_KEY", "k"), "--url", url))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--url: " + url + " (expected: http://HOST:PORT)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "é", "a\u0007", "a\n"})
  void a_key_that_cannot_be_one_is_refused_and_never_shown(String key) {
    assertThatThrownBy(() -> client(Map.of("MILLRACE_KEY", key)))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--key: not shown (expected: visible ASCII, at most 4096)");
  }

  @Test
  void a_key_has_a_length_and_its_absence_is_told_with_what_to_do() {
    client(Map.of("MILLRACE_KEY", "k".repeat(4_096)));
    assertThatThrownBy(() -> client(Map.of("MILLRACE_KEY", "k".repeat(4_097))))
        .hasMessageContaining("at most 4096");
    assertThatThrownBy(() -> client(Map.of())).hasMessageContaining("set MILLRACE_KEY");
    client(Map.of(), "--key", "from-the-option");
  }
}
