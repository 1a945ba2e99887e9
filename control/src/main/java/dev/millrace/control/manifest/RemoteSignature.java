package dev.millrace.control.manifest;

import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Kind;
import java.util.List;
import java.util.Map;

/** What models on other servers take and give where nothing else is declared. */
public final class RemoteSignature {

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
