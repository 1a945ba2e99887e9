package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Curl;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.RawClient;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 in clear text: by upgrade, by prior knowledge, and where it is better ignored. */
class UpgradeTest {

  private static final String TASK = "{\"model\":\"sim\",\"input\":{},\"x\":\"%s\"}";
  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private static boolean curl() {
    return Curl.exists();
  }

  @Test
  void an_upgrade_keeps_the_body_whole() {
    var response = doors.sendHttp2(doors.post("/v1/tasks", TASK.formatted("x".repeat(50_000))));
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(doors.sendHttp2(doors.request("/v1/models")).statusCode()).isEqualTo(200);
  }

  @Test
  void an_upgrade_with_expect_is_ignored_and_the_body_asked_for() {
    String body = TASK.formatted("x".repeat(1_000));
    try (RawClient client = doors.raw()) {
      client.send(
          "POST /v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + Keys.ALICE
              + "\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n"
              + "http2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nexpect: 100-continue\r\n"
              + "content-length: "
              + body.length()
              + "\r\n\r\n");
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      client.send(body);
      assertThat(client.readResponse()).startsWith("HTTP/1.1 202");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void a_head_may_come_in_pieces(int piece) {
    String request = "PUT /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    try (RawClient client = doors.raw()) {
      for (int at = 0; at < request.length(); at += piece) {
        client.send(request.substring(at, Math.min(request.length(), at + piece)));
      }
      assertThat(client.readResponse()).startsWith("HTTP/1.1 405");
    }
  }

  @Test
  @EnabledIf("curl")
  void curl_with_http_2_and_a_large_body_does_not_hang() {
    String body = "{\"inputs\":[" + " ".repeat(200_000) + "]}";
    Curl.Result result =
        Curl.run(
            body,
            "--http2",
            "-H",
            "expect: 100-continue",
            "-H",
            "authorization: Bearer " + Keys.ALICE,
            "--data-binary",
            "@-",
            doors.url("/v2/models/card-fraud/infer"));
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).contains("no features");
  }

  @Test
  @EnabledIf("curl")
  void curl_with_a_body_beyond_the_limit_reads_its_answer() {
    for (String version : new String[] {"--http1.1", "--http2", "--http2-prior-knowledge"}) {
      Curl.Result result =
          Curl.run(
              " ".repeat(3 << 20),
              version,
              "-H",
              "authorization: Bearer " + Keys.ALICE,
              "--data-binary",
              "@-",
              doors.url("/v1/tasks"));
      assertThat(result.output()).as(version + ": exit " + result.exit()).contains("too_large");
    }
  }
}
