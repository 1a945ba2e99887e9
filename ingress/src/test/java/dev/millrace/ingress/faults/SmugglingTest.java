package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.RawClient;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  @Test
  void cut_anywhere_it_is_refused_all_the_same() {
    Random random = new Random(38);
    SoftAssertions all = new SoftAssertions();
    for (String group : List.of("folded", "line end", "request line", "header")) {
      for (String vector : Smuggling.GROUPS.get(group).apply(KEY)) {
        int cut = 1 + random.nextInt(Math.min(vector.length(), 200) - 1);
        try (RawClient client = doors.raw()) {
          client.send(vector.substring(0, cut));
          // The one loop answers this after it has read that.
          assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
          client.send(vector.substring(cut) + SMUGGLED).endOfSending();
          String answer = client.readToEnd();
          all.assertThat(REFUSED.matcher(answer).matches())
              .as("%s, cut at %d: %s → %s", group, cut, Smuggling.shown(vector), answer)
              .isTrue();
        }
      }
    }
    all.assertAll();
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
