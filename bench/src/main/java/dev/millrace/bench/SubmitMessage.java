package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The submission, rendered once: only the reference changes from task to task, so a frame is two
 * copies and a few digits.
 */
final class SubmitMessage {

  private final byte[] head = "{\"op\":\"submit\",\"ref\":\"".getBytes(UTF_8);
  private final byte[] tail;
  private final byte[] digits = new byte[20];

  SubmitMessage(WsPlan plan) {
    String members = new JsonMapper().writeValueAsString(members(plan));
    tail = ("\"," + members.substring(1)).getBytes(UTF_8);
  }

  private static Map<String, Object> members(WsPlan plan) {
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("tokens", plan.acksOnly() ? 0 : plan.tokens());
    input.put("interval_ms", plan.intervalMillis());
    if (plan.serviceMillis() > 0) {
      input.put("service_ms", BigDecimal.valueOf(plan.serviceMillis()).stripTrailingZeros());
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("model", plan.model());
    members.put("input", input);
    members.put("stream", !plan.acksOnly());
    members.put("durability", plan.durability());
    return members;
  }

  /** One masked text frame that submits the task. */
  ByteBuf frame(ByteBufAllocator allocator, long task) {
    int from = digits(task);
    int length = head.length + digits.length - from + tail.length;
    ByteBuf frame = allocator.directBuffer(length + WsFrames.MAX_HEADER);
    WsFrames.header(frame, WsFrames.TEXT, length);
    frame.writeBytes(head).writeBytes(digits, from, digits.length - from).writeBytes(tail);
    return frame;
  }

  private int digits(long task) {
    int from = digits.length;
    long rest = task;
    do {
      digits[--from] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    return from;
  }
}
