package dev.millrace.ingress.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.FakeStream;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.SseClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/tasks/{id}/events}. */
class SseTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private FakeStream submitted() {
    doors.send(doors.post("/v1/tasks", "{\"model\":\"sim\",\"input\":{}}"));
    return doors.line.next();
  }

  private static String events(FakeStream stream) {
    return "/v1/tasks/" + stream.task().id() + "/events";
  }

  @Test
  void every_event_has_its_number_its_kind_and_its_data() {
    FakeStream stream = submitted();
    stream.say("Once").notice(Code.GAP);
    try (SseClient sse = doors.stream(doors.request(events(stream)))) {
      assertThat(sse.header("content-type")).isEqualTo("text/event-stream");
      assertThat(sse.header("x-millrace-task")).isEqualTo(stream.task().id().toString());
      assertThat(sse.block())
          .isEqualTo("id: 0\nevent: token\ndata: {\"seq\":0,\"kind\":\"token\",\"text\":\"Once\"}");
      assertThat(sse.block()).startsWith("id: 1\nevent: notice\ndata: ");
      stream.say("\n\r\u2028");
      assertThat(sse.block())
          .isEqualTo(
              "id: 2\nevent: token\ndata: {\"seq\":2,\"kind\":\"token\","
                  + "\"text\":\"\\n\\r\u2028\"}");
      stream.succeed("stop");
      assertThat(sse.block()).startsWith("id: 3\nevent: end\ndata: ").contains("succeeded");
      assertThat(sse.block()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void a_stream_is_resumed_after_the_last_event_seen(int last) {
    FakeStream stream = submitted();
    stream.say("a", "b", "c").succeed("stop");
    try (SseClient byHeader =
            doors.stream(doors.request(events(stream)).header("last-event-id", "" + last));
        SseClient byQuery = doors.stream(doors.request(events(stream) + "?after=" + last))) {
      assertThat(byHeader.rest()).hasSize(3 - last);
      assertThat(byQuery.block()).startsWith("id: " + (last + 1) + "\n");
    }
  }

  /** The number of the end itself and any beyond it: an idle stream for ever would tell nothing. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 500, Integer.MAX_VALUE - 1})
  void who_has_seen_the_end_or_asks_beyond_it_is_told_the_end(int last) {
    FakeStream stream = submitted();
    stream.say("a", "b", "c").succeed("stop");
    try (SseClient sse = doors.stream(doors.request(events(stream) + "?after=" + last))) {
      assertThat(sse.block()).startsWith("id: 3\nevent: end\n").contains("succeeded");
      assertThat(sse.block()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "2147483647", "1.0", ""})
  void what_is_no_events_number_is_refused(String last) {
    FakeStream stream = submitted();
    var response = doors.send(doors.request(events(stream)).header("last-event-id", last));
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void a_follower_that_goes_leaves_the_task_alone() {
    FakeStream stream = submitted();
    stream.say("a");
    try (RawClient client = doors.raw()) {
      client.send(
          "GET "
              + events(stream)
              + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\n\r\n");
      client.readUntil("id: 0");
      client.close();
      doors.line.until(() -> stream.followers() == 0, () -> {});
      assertThat(doors.line.nothingCancelled()).isTrue();
    }
  }

  @Test
  void two_may_follow_one_stream_over_either_protocol() {
    FakeStream stream = submitted();
    stream.say("a");
    try (SseClient one = doors.stream(doors.request(events(stream)));
        SseClient two = doors.streamHttp2(doors.request(events(stream)))) {
      stream.succeed("stop");
      assertThat(one.rest()).hasSize(2);
      assertThat(two.rest()).hasSize(2);
    }
  }
}
