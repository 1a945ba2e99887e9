package dev.millrace.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.testing.Attempts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of servers, and what is written to them. */
class ReadersTest {

  private static final String STREAM =
      ": hi\n\nevent: message\ndata: {\"a\":1}\r\n\r\ndata:x\rdata: y\r\rid: 7\ndata: ü\n\n"
          + "event: error\ndata: bad\n\ndata: last";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void events_are_the_same_wherever_the_bytes_are_cut() {
    byte[] all = utf8(STREAM);
    List<String> expected = List.of("{\"a\":1}", "x\ny", "ü", "!bad", "last");
    for (int cut = 0; cut <= all.length; cut++) {
      assertThat(events(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)))
          .as("cut at %d", cut)
          .isEqualTo(expected);
    }
    byte[][] single = new byte[all.length][];
    for (int at = 0; at < all.length; at++) {
      single[at] = new byte[] {all[at]};
    }
    assertThat(events(single)).isEqualTo(expected);
  }

  private static List<String> events(byte[]... parts) {
    List<String> events = new ArrayList<>();
    SseReader reader =
        new SseReader(
            (error, data) ->
                events.add((error ? "!" : "") + new String(data, StandardCharsets.UTF_8)));
    for (byte[] part : parts) {
      reader.read(part);
    }
    reader.end();
    return events;
  }

  @Test
  void an_event_of_many_lines_has_a_limit_too() {
    SseReader reader = new SseReader((_, _) -> {});
    byte[] line = utf8("data: " + "x".repeat(300_000) + "\n");
    reader.read(line);
    reader.read(line);
    reader.read(line);
    assertThatThrownBy(() -> reader.read(line)).hasMessageContaining("an event of more than");
  }

  @Test
  void of_a_chunk_only_the_first_choice_counts() {
    Chunk chunk =
        Chunk.read(
            utf8(
                "{\"x\":{\"choices\":1},\"choices\":[{\"index\":0,\"text\":\"a\","
                    + "\"logprobs\":{\"text\":\"no\"}},{\"text\":\"b\"}],\"usage\":null}"));
    assertThat(chunk).isEqualTo(new Chunk("a", false, null, null, List.of(), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":null}",
        "{\"choices\":[null]}",
        "{\"choices\":[{\"delta\":null,\"finish_reason\":null}]}",
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{}]}}]}",
        "{\"choices\":{\"0\":{}},\"usage\":[1],\"error\":null}"
      })
  void odd_chunks_say_nothing_and_break_nothing(String json) {
    assertThat(Chunk.read(utf8(json)))
        .isEqualTo(new Chunk("", false, null, null, List.of(), false));
  }

  @Test
  void a_chunk_may_add_to_calls_and_a_name_twice_counts_once() {
    Chunk chunk =
        Chunk.read(
            utf8(
                "{\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[{\"index\":1,\"id\":\"c\","
                    + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\","
                    + "\"x\":[1]}},5,{\"function\":{\"arguments\":\"}\"}}]}}],\"x\":1,\"x\":2}"));
    assertThat(chunk.calls())
        .containsExactly(new CallDelta(1, "c", "f", "{"), new CallDelta(-1, null, null, "}"));
  }

  @Test
  void half_a_surrogate_pair_does_not_get_through() {
    assertThat(Chunk.read(utf8("{\"choices\":[{\"text\":\"a\\ud83d\"}]}")).text())
        .isEqualTo("a\uFFFD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"message\":\"m\",\"code\":422}}|m|422",
        "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\"}}|m|400",
        "{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\"}|m|400",
        "{\"error\":\"m\",\"error_type\":\"overloaded\"}|m|429",
        "{\"detail\":\"m\"}|m|0",
        "{\"error\":{\"message\":\"m\",\"code\":\"x\"}}|m|0",
        "not json||0",
        "[1]||0"
      })
  void errors_are_read_in_every_form_met(String body, String message, int status) {
    ErrorBody error = ErrorBody.read(utf8(body));
    assertThat(error.message()).isEqualTo(message);
    assertThat(error.status()).isEqualTo(status);
  }

  @Test
  void the_first_piece_is_told_before_the_answer_counts_as_streamed() {
    List<Boolean> streamed = new ArrayList<>();
    TextAnswer[] answer = new TextAnswer[1];
    answer[0] = new TextAnswer(true, _ -> streamed.add(answer[0].streamed()));
    answer[0].read(utf8(ScriptedServer.delta("a") + ScriptedServer.delta("b")));
    assertThat(streamed).containsExactly(false, true);
  }

  @ParameterizedTest
  @CsvSource({
    "300,2,300",
    ",2,2000",
    ",1.5,1500",
    ",'Wed, 21 Oct 2026 07:28:00 GMT',0",
    ",-1,0",
    ",999999999,600000",
    ",,0"
  })
  void a_time_to_come_back_is_read_in_both_forms(String millis, String seconds, long expected) {
    assertThat(Refusal.retryAfter(millis, seconds)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"data\":[]}",
        "{\"data\":[{\"embedding\":[1]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1,2]}]}",
        "{\"data\":[{\"embedding\":[]},{\"embedding\":[]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"index\":2,\"embedding\":[1]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1e60]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":[\"x\"]}]}",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":\"AAA\"}]}",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":\"!\"}]}"
      })
  void embeddings_that_are_not_one_for_each_text_are_refused(String body) {
    assertThatThrownBy(() -> Vectors.read(utf8(body), 2)).isInstanceOf(Fault.Thrown.class);
  }

  @Test
  void only_known_parameters_go_on_as_they_stand() {
    UpstreamRequest request =
        RequestWriter.completion(
            Attempts.json(
                "{\"prompt\":\"p\",\"seed\":12345678901234567890,\"temperature\":0.10,"
                    + "\"stop\":[\"a\"],\"top_p\":null,\"stream\":false,\"model\":\"evil\","
                    + "\"n\":9,\"x\":{\"y\":[1]}}"),
            "theirs");
    assertThat(request.path()).isEqualTo("/completions");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"model\":\"theirs\",\"prompt\":\"p\",\"seed\":12345678901234567890,"
                + "\"temperature\":0.10,\"stop\":[\"a\"],\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"prompt\":1}", "{\"prompt\":\"a\",\"messages\":[]}", "{\"prompt\""})
  void an_input_that_is_neither_a_prompt_nor_messages_is_refused(String input) {
    assertThatThrownBy(() -> RequestWriter.completion(Attempts.json(input), "m"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void texts_to_embed_come_as_a_tensor_a_text_or_a_list() {
    Tensor tensor = Tensor.ofTexts("text", new long[] {2}, List.of("a", "b"));
    assertThat(RequestWriter.embedding(Attempts.tensors(tensor), "m").texts()).isEqualTo(2);
    assertThat(RequestWriter.embedding(Attempts.json("{\"text\":\"a\"}"), "m").texts())
        .isEqualTo(1);
    assertThat(RequestWriter.embedding(Attempts.json("{\"text\":[\"a\",\"b\"]}"), "m").texts())
        .isEqualTo(2);
    for (String wrong : List.of("{}", "{\"text\":[]}", "{\"text\":[1]}", "{\"text\":5}")) {
      assertThatThrownBy(() -> RequestWriter.embedding(Attempts.json(wrong), "m"))
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void a_base_address_is_taken_apart() {
    assertThat(Base.of("http://h:8000/v1/")).isEqualTo(new Base("h", 8_000, false, "/v1"));
    assertThat(Base.of("https://h/v1")).isEqualTo(new Base("h", 443, true, "/v1"));
    assertThat(Base.of("http://[::1]:1")).isEqualTo(new Base("::1", 1, false, ""));
    for (String wrong : List.of("ftp://h", "http://u@h", "http://h?x", "http://h#x", "/v1")) {
      assertThatThrownBy(() -> Base.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
