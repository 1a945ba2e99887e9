package dev.millrace.control.manifest;

import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What models on other servers take and give where nothing else is declared. */
public final class RemoteSignature {

  /**
   * What a generator there is trusted with: a server that keeps to no form or takes no tools says
   * so itself. Whether a model sees images only its owner knows.
   */
  public static final Set<Capability> CAPABILITIES =
      Set.of(Capability.STRUCTURED_OUTPUT, Capability.TOOLS);

  private RemoteSignature() {}

  /** A prompt or messages; texts to embed. */
  public static List<Field> inputs(Kind kind) {
    return kind == Kind.GENERATE
        ? List.of(
            text("prompt", Map.of("optional", true)), text("messages", Map.of("optional", true)))
        : List.of(text("text", Map.of()));
  }

  /** A text; vectors of a width that only the server knows. */
  public static List<Field> outputs(Kind kind) {
    return kind == Kind.GENERATE
        ? List.of(text("text", Map.of()))
        : List.of(new Field("embedding", "float32", List.of(-1L), Map.of()));
  }

  private static Field text(String name, Map<String, Object> options) {
    return new Field(name, "text", List.of(), options);
  }
}
