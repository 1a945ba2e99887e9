package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of a run as they go over the wire, rendered once and sent in turn. */
final class HttpRequests {

  private final List<ByteBuf> requests = new ArrayList<>();

  HttpRequests(HttpPlan plan, String authority, @Nullable String key) {
    RequestHead heads = new RequestHead(authority, key);
    boolean foreign = plan.target() != HttpTarget.TASKS && plan.target() != HttpTarget.V2;
    String durability = foreign ? plan.durability() : null;
    for (String body : plan.target().bodies(plan)) {
      byte[] payload = body.getBytes(UTF_8);
      requests.add(
          StaticBytes.of(
              heads.post(plan.target().path(plan.model()), payload.length, durability), payload));
    }
  }

  /** A view of its own of the request's bytes, to be written once. */
  ByteBuf of(long number) {
    return requests.get((int) (number % requests.size())).duplicate();
  }
}
