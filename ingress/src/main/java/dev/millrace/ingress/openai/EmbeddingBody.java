package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an embedding's body asks for. Mutable while it is read. */
final class EmbeddingBody {

  private static final int NAME_LENGTH = 256;
  private static final int MOST_TEXTS = 2_048;
  private static final long MOST_CHARACTERS = 2 << 20;

  @Nullable String model;
  boolean base64;
  final List<String> texts = new ArrayList<>();
  private long characters;

  void read(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        switch (name) {
          case "model" -> model = json.text(NAME_LENGTH);
          case "input" -> input(json);
          case "encoding_format" -> base64 = !json.isNull() && isBase64(json);
          default -> {
            if (!Neutral.read(name, json)) {
              json.skip();
            }
          }
        }
      }
    }
    if (texts.isEmpty()) {
      throw new ProblemException(
          Problem.invalid("/input", "nothing", "a text or a list of 1.." + MOST_TEXTS + " texts"));
    }
  }

  private void input(JsonObjectReader json) {
    if (json.isText()) {
      add(json);
    } else {
      json.elements(MOST_TEXTS, () -> add(json));
    }
  }

  private void add(JsonObjectReader json) {
    if (!json.isText()) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              "/input: tokens or other values (expected: a text or a list of texts)",
              "/input",
              0));
    }
    String text = json.text();
    characters += text.length();
    if (text.isEmpty() || characters > MOST_CHARACTERS) {
      throw new ProblemException(
          Problem.invalid(
              json.pointer(),
              text.isEmpty() ? "an empty text" : characters + " characters in all",
              text.isEmpty() ? "at least one character" : "at most " + MOST_CHARACTERS));
    }
    texts.add(text);
  }

  private static boolean isBase64(JsonObjectReader json) {
    return switch (json.text(NAME_LENGTH)) {
      case "base64" -> true;
      case "float" -> false;
      default -> throw json.unexpected("float or base64");
    };
  }
}
