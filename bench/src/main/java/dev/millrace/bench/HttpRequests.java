package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of a run as they go over the wire, rendered once and sent in turn. */
final class HttpRequests {

  private final List<ByteBuf> requests = new ArrayList<>();

  HttpRequests(HttpPlan plan, String authority, @Nullable String key) {
    for (String body : plan.target().bodies(plan)) {
      byte[] payload = body.getBytes(UTF_8);
      byte[] head = head(plan, authority, key, payload.length).getBytes(US_ASCII);
      requests.add(StaticBytes.of(head, payload));
    }
  }

  private static String head(
      HttpPlan plan, String authority, @Nullable String key, int contentLength) {
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(plan.target().path(plan.model())).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(authority).append("\r\n");
    head.append("Content-Type: application/json\r\n");
    head.append("Content-Length: ").append(contentLength).append("\r\n");
    if (key != null) {
      head.append("Authorization: Bearer ").append(key).append("\r\n");
    }
    boolean foreign = plan.target() != HttpTarget.TASKS && plan.target() != HttpTarget.V2;
    if (foreign && plan.durability() != null) {
      head.append("x-millrace-durability: ").append(plan.durability()).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** A view of its own of the request's bytes, to be written once. */
  ByteBuf of(long number) {
    return requests.get((int) (number % requests.size())).duplicate();
  }
}
