package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.RawClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Requests whose end two readers may see in different places: refused with 4xx or 5xx and the
 * connection closed, so that nothing that follows is taken for a request (RFC 9112, 11.2).
 */
class SmugglingTest extends FaultTest {

  private static final String SMUGGLED = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final Pattern REFUSED =
      Pattern.compile("HTTP/\\d\\.\\d (400|411|413|414|417|431|501|505) [^\0]*");

  private int vectors;

  @Test
  void no_vector_gets_a_second_request_through() {
    AtomicInteger tasks = new AtomicInteger();
    doors.line.behave(_ -> tasks.incrementAndGet());
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, Function<String, List<String>>> group : Smuggling.GROUPS.entrySet()) {
      for (String vector : group.getValue().apply(KEY)) {
        vectors++;
        String answer = answer(vector);
        String what = group.getKey() + " " + Smuggling.shown(vector) + " → " + answer;
        all.assertThat(REFUSED.matcher(answer).matches()).as(what).isTrue();
        all.assertThat(answer.split("HTTP/\\d\\.\\d \\d", -1)).as(what).hasSize(2);
        all.assertThat(doors.get("/livez").statusCode()).as(what).isEqualTo(200);
      }
    }
    all.assertAll();
    assertThat(vectors).isGreaterThanOrEqualTo(100);
    assertThat(tasks).hasValue(0);
    System.out.println(vectors + " ways to smuggle a request, none got through");
  }

  /** All that comes until the node hangs up, which it must. */
  private String answer(String vector) {
    try (RawClient client = doors.raw()) {
      client.send(vector + SMUGGLED);
      client.endOfSending();
      return client.readToEnd();
    }
  }
}
