package dev.millrace.domain.stream;

import dev.millrace.domain.tensor.Tensor;
import java.util.List;

/**
 * Calls that a generator asks its client to make: one output among those of its end, a row a call.
 * Each is a JSON object as OpenAI's chats say it, {@code {"id":..., "type":"function",
 * "function":{"name":..., "arguments":...}}}, where the arguments are a text.
 */
public final class ToolCalls {

  /** The output's name. */
  public static final String OUTPUT = "tool_calls";

  private ToolCalls() {}

  public static Tensor of(List<String> calls) {
    return Tensor.ofTexts(OUTPUT, new long[] {calls.size()}, calls);
  }

  /** The calls, in their order; empty when there are none. */
  public static List<String> in(List<Tensor> outputs) {
    for (Tensor output : outputs) {
      if (output.name().equals(OUTPUT)) {
        return output.texts();
      }
    }
    return List.of();
  }
}
