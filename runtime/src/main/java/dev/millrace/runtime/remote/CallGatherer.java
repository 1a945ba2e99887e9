package dev.millrace.runtime.remote;

import dev.millrace.domain.stream.ToolCalls;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Puts the tool calls of one answer together; they are given whole, at its end. One thread. */
final class CallGatherer {

  private static final int MOST = 128;
  private static final JsonFactory JSON = StrictJson.lenient();

  /** A call as far as it came. */
  private static final class Gathered {
    private final int place;
    private @Nullable String id;
    private final StringBuilder name = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();

    Gathered(int place) {
      this.place = place;
    }

    boolean isOf(CallDelta delta) {
      // Some servers give several whole calls one place; their ids tell them apart.
      return delta.place() == place && (delta.id() == null || id == null || delta.id().equals(id));
    }
  }

  private final List<Gathered> calls = new ArrayList<>(0);

  void add(CallDelta delta) {
    Gathered call = call(delta);
    if (call.id == null) {
      call.id = delta.id();
    }
    if (delta.name() != null && call.name.isEmpty()) {
      call.name.append(delta.name());
    }
    call.arguments.append(delta.arguments());
  }

  private Gathered call(CallDelta delta) {
    // From the newest back: a piece without an id goes on with what came before it.
    for (int at = calls.size() - 1; at >= 0; at--) {
      if (calls.get(at).isOf(delta)) {
        return calls.get(at);
      }
    }
    if (calls.size() == MOST) {
      throw new Fault.Thrown(Faults.malformed("more than " + MOST + " tool calls"));
    }
    Gathered made = new Gathered(delta.place());
    calls.add(made);
    return made;
  }

  /** The output that they are, or none. */
  List<Tensor> outputs() {
    return calls.isEmpty()
        ? List.of()
        : List.of(ToolCalls.of(calls.stream().map(CallGatherer::written).toList()));
  }

  private static String written(Gathered call) {
    if (call.name.isEmpty()) {
      throw new Fault.Thrown(Faults.malformed("a tool call without a name"));
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("id", call.id == null ? "call" : call.id);
      json.writeStringProperty("type", "function");
      json.writeObjectPropertyStart("function");
      json.writeStringProperty("name", Chunk.wellFormed(call.name.toString()));
      json.writeStringProperty("arguments", Chunk.wellFormed(call.arguments.toString()));
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }
}
