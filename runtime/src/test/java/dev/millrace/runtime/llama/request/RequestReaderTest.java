package dev.millrace.runtime.llama.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.testing.Attempts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {

  private static LlamaRequest read(String json) {
    return RequestReader.read(Attempts.json(json.replace('\'', '"')), 5);
  }

  @Test
  void a_prompt_alone_is_greedy_with_the_seed_of_its_task() {
    LlamaRequest request = read("{'prompt':'Hi','seed':null,'unknown':{'a':[1]}}");
    assertThat(request.prompt()).isEqualTo("Hi");
    assertThat(request.messages()).isEmpty();
    assertThat(request.sampling()).isEqualTo(new Sampling(0, 1, 0, 0, 1, 0, 0, 5));
    assertThat(request.grammar()).isNull();
  }

  @Test
  void everything_that_can_be_asked_is_read() {
    LlamaRequest request =
        read(
            "{'messages':[{'role':'developer','content':'S'},{'role':'user','name':'x','content':"
                + "[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
                + "{'role':'assistant','content':null}],"
                + "'max_tokens':7,'temperature':0.5,'top_p':0.9,'top_k':4,'min_p':0.1,"
                + "'repetition_penalty':1.1,'presence_penalty':-1,'frequency_penalty':2,"
                + "'seed':-9,'stop':['x','y'],'response_format':{'type':'text'}}");
    assertThat(request.messages())
        .containsExactly(
            new Message("system", "S"), new Message("user", "ab"), new Message("assistant", ""));
    assertThat(request.sampling()).isEqualTo(new Sampling(0.5, 0.9, 4, 0.1, 1.1, -1, 2, -9));
    assertThat(request.maxTokens()).isEqualTo(7);
    assertThat(request.stop()).isEqualTo(List.of("x", "y"));
    assertThat(request.grammar()).isNull();
  }

  @Test
  void each_way_to_bind_an_answer_gives_a_grammar() {
    assertThat(read("{'prompt':'a','grammar':'root ::= [a]'}").grammar()).isEqualTo("root ::= [a]");
    assertThat(read("{'prompt':'a','response_format':{'type':'json_object'}}").grammar())
        .startsWith("root ::= object");
    assertThat(read("{'prompt':'a','json_schema':{'const':1}}").grammar())
        .isEqualTo("root ::= \"1\"\n");
    assertThat(
            read("{'prompt':'a','response_format':{'type':'json_schema','json_schema':"
                    + "{'name':'n','strict':true,'schema':{'const':1}}}}")
                .grammar())
        .isEqualTo("root ::= \"1\"\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "[]~/input",
        "{}~/input/prompt",
        "{'prompt':'a','messages':[{'role':'user','content':'b'}]}~/input/prompt",
        "{'messages':[]}~/input/messages",
        "{'messages':[{'content':'a'}]}~/input/messages/0/role",
        "{'messages':[{'role':'user','content':[{'type':'image_url'}]}]}~"
            + "/input/messages/0/content/0",
        "{'prompt':'a','min_p':2}~/input/min_p",
        "{'prompt':'a','presence_penalty':3}~/input/presence_penalty",
        "{'prompt':'a','stop':['']}~/input/stop/0",
        "{'prompt':'a','response_format':{'type':'xml'}}~/input/response_format/type",
        "{'prompt':'a','response_format':{'type':'json_schema'}}~"
            + "/input/response_format/json_schema/schema",
        "{'prompt':'a','grammar':'root ::= [a]','json_schema':{}}~/input/json_schema",
        "{'prompt':'a','grammar':''}~/input/grammar"
      })
  void what_is_wrong_is_named(String json, String place) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().field()).isEqualTo(place));
  }

  @Test
  void tensors_are_not_for_a_language_model() {
    assertThatThrownBy(() -> RequestReader.read(Attempts.tensors(), 0))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }
}
