package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The requests of a run as they go over the wire; those that begin a stream are rendered once. */
final class SseRequests {

  private static final int MAX_LOCATION = 512;
  private static final JsonMapper JSON = new JsonMapper();

  private final List<ByteBuf> begin = new ArrayList<>();
  private final byte[] behindPath;

  SseRequests(SsePlan plan, String authority, @Nullable String key) {
    RequestHead heads = new RequestHead(authority, key);
    boolean chat = plan.target() == SseTarget.CHAT;
    for (Map<String, Object> body : chat ? chats(plan) : List.of(task(plan))) {
      byte[] payload = JSON.writeValueAsString(body).getBytes(UTF_8);
      String durability = chat ? plan.durability() : null;
      begin.add(
          StaticBytes.of(heads.post(plan.target().path(), payload.length, durability), payload));
    }
    behindPath = heads.behindPathOfStream();
  }

  private static Map<String, Object> task(SsePlan plan) {
    Map<String, Object> input = new LinkedHashMap<>();
    if (plan.simulated()) {
      input.put("tokens", plan.tokens());
      input.put("interval_ms", plan.intervalMillis());
    } else {
      input.put("prompt", "Once upon a time");
      input.put("max_tokens", plan.tokens());
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", plan.model());
    body.put("input", input);
    if (plan.durability() != null) {
      body.put("durability", plan.durability());
    }
    return body;
  }

  /** Several, so that a cache in the server does not answer for the model. */
  private static List<Map<String, Object>> chats(SsePlan plan) {
    List<Map<String, Object>> bodies = new ArrayList<>();
    for (String sentence : HttpBodies.sentences()) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("model", plan.model());
      body.put("messages", List.of(Map.of("role", "user", "content", sentence)));
      body.put("max_tokens", plan.tokens());
      body.put("stream", true);
      if (plan.simulated()) {
        body.put("interval_ms", plan.intervalMillis());
      }
      bodies.add(body);
    }
    return bodies;
  }

  /** What begins a stream: a view of its own, to be written once. */
  ByteBuf begin(long number) {
    return begin.get((int) (number % begin.size())).duplicate();
  }

  /** What follows the events of the task that lies there. */
  ByteBuf follow(String location) throws BadPeer {
    boolean plain = location.chars().allMatch(c -> c > ' ' && c < 127);
    if (!plain || !location.startsWith("/") || location.length() > MAX_LOCATION) {
      throw new BadPeer("found a Location that is no path of at most " + MAX_LOCATION);
    }
    byte[] path = ("GET " + location + "/events").getBytes(US_ASCII);
    return Unpooled.directBuffer(path.length + behindPath.length)
        .writeBytes(path)
        .writeBytes(behindPath);
  }
}
