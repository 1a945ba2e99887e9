package dev.millrace.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.stream.ToolCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallGathererTest {

  private final CallGatherer gatherer = new CallGatherer();

  private List<String> calls() {
    return ToolCalls.in(gatherer.outputs());
  }

  private static String call(String id, String name, String arguments) {
    return "{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}"
        .formatted(id, name, arguments);
  }

  @Test
  void without_a_call_there_is_no_output() {
    assertThat(gatherer.outputs()).isEmpty();
  }

  @Test
  void pieces_of_one_place_become_one_call_in_the_order_of_the_first() {
    gatherer.add(new CallDelta(0, "a", "f", ""));
    gatherer.add(new CallDelta(1, "b", "g", "1"));
    gatherer.add(new CallDelta(0, null, null, "[2,"));
    gatherer.add(new CallDelta(0, null, null, "3]"));
    assertThat(calls()).containsExactly(call("a", "f", "[2,3]"), call("b", "g", "1"));
  }

  @Test
  void an_id_and_a_name_that_are_said_again_are_said_once() {
    gatherer.add(new CallDelta(0, "a", "f", "1"));
    gatherer.add(new CallDelta(0, "a", "f", "2"));
    assertThat(calls()).containsExactly(call("a", "f", "12"));
  }

  @Test
  void whole_calls_in_one_place_are_told_apart_by_their_ids() {
    gatherer.add(new CallDelta(0, "a", "f", "1"));
    gatherer.add(new CallDelta(0, "b", "f", "2"));
    gatherer.add(new CallDelta(0, null, null, "3"));
    assertThat(calls()).containsExactly(call("a", "f", "1"), call("b", "f", "23"));
  }

  @Test
  void a_server_that_names_no_places_has_its_call_all_the_same() {
    gatherer.add(new CallDelta(-1, "a", "f", "1"));
    gatherer.add(new CallDelta(-1, "b", "g", "2"));
    assertThat(calls()).containsExactly(call("a", "f", "1"), call("b", "g", "2"));
  }

  @Test
  void texts_are_escaped_as_json_asks() {
    gatherer.add(new CallDelta(0, "a", "f", "{\"x\":\"\\n\ud83d\"}"));
    assertThat(calls()).containsExactly(call("a", "f", "{\\\"x\\\":\\\"\\\\n\uFFFD\\\"}"));
  }

  @Test
  void a_call_without_a_name_and_more_than_can_be_meant_are_faults() {
    gatherer.add(new CallDelta(0, "a", null, "1"));
    assertThatThrownBy(gatherer::outputs).hasMessageContaining("without a name");
    assertThatThrownBy(
            () -> {
              for (int place = 1; place < 200; place++) {
                gatherer.add(new CallDelta(place, null, "f", ""));
              }
            })
        .hasMessageContaining("more than 128 tool calls");
  }
}
