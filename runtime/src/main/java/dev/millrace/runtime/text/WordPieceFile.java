package dev.millrace.runtime.text;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code tokenizer.json} with a WordPiece model; what it does not know it refuses. */
final class WordPieceFile {

  private static final int MOST_TOKENS = 8_192;

  private final Map<?, ?> root;
  private final int longestWordDefault;

  WordPieceFile(byte[] json, int longestWordDefault) {
    this.root = map(JsonTree.read(json, "tokenizer"), "the document");
    this.longestWordDefault = longestWordDefault;
  }

  WordPiece read() {
    Map<?, ?> model = map(root.get("model"), "model");
    expect("model.type", model.get("type"), "WordPiece");
    Map<?, ?> normalizer = map(root.get("normalizer"), "normalizer");
    expect("normalizer.type", normalizer.get("type"), "BertNormalizer");
    expect(
        "pre_tokenizer.type",
        map(root.get("pre_tokenizer"), "pre_tokenizer").get("type"),
        "BertPreTokenizer");
    Map<String, Integer> whole = new HashMap<>();
    Map<String, Integer> continuing = new HashMap<>();
    String prefix =
        model.get("continuing_subword_prefix") instanceof String declared ? declared : "##";
    map(model.get("vocab"), "model.vocab")
        .forEach(
            (piece, id) -> {
              String text = (String) piece;
              whole.put(text, number(id, text));
              if (text.startsWith(prefix)) {
                continuing.put(text.substring(prefix.length()), number(id, text));
              }
            });
    return new WordPiece(settings(model, normalizer, whole), whole, continuing);
  }

  private WordPiece.Settings settings(
      Map<?, ?> model, Map<?, ?> normalizer, Map<String, Integer> vocabulary) {
    boolean lowercase = Boolean.TRUE.equals(normalizer.get("lowercase"));
    // Absent means: as the case is treated.
    boolean strip =
        normalizer.get("strip_accents") instanceof Boolean declared ? declared : lowercase;
    int longest =
        model.get("max_input_chars_per_word") instanceof Long declared
            ? Math.toIntExact(declared)
            : longestWordDefault;
    String unknown = model.get("unk_token") instanceof String declared ? declared : "[UNK]";
    return new WordPiece.Settings(
        Boolean.TRUE.equals(normalizer.get("clean_text")),
        Boolean.TRUE.equals(normalizer.get("handle_chinese_chars")),
        strip,
        lowercase,
        id(vocabulary, "[CLS]"),
        id(vocabulary, "[SEP]"),
        id(vocabulary, unknown),
        maxTokens(),
        longest,
        special());
  }

  private int maxTokens() {
    if (root.get("truncation") instanceof Map<?, ?> truncation
        && truncation.get("max_length") instanceof Long length) {
      if (length < 3 || length > MOST_TOKENS) {
        throw refused("truncation.max_length", length, "3.." + MOST_TOKENS);
      }
      return length.intValue();
    }
    return 512;
  }

  private Map<String, Integer> special() {
    Map<String, Integer> special = new LinkedHashMap<>();
    if (root.get("added_tokens") instanceof List<?> tokens) {
      for (Object token : tokens) {
        Map<?, ?> declared = map(token, "added_tokens");
        if (declared.get("content") instanceof String content && !content.isEmpty()) {
          special.put(content, number(declared.get("id"), content));
        }
      }
    }
    return special;
  }

  private static int id(Map<String, Integer> vocabulary, String piece) {
    Integer id = vocabulary.get(piece);
    if (id == null) {
      throw refused("model.vocab", "no piece " + piece, "one");
    }
    return id;
  }

  private static Map<?, ?> map(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw refused(name, value == null ? "absent" : "no object", "an object");
  }

  private static int number(@Nullable Object value, String piece) {
    if (value instanceof Long number && number >= 0 && number < (1 << 24)) {
      return number.intValue();
    }
    throw refused("the id of " + piece, value, "0..16777215");
  }

  private static void expect(String name, @Nullable Object found, String expected) {
    if (!expected.equals(found)) {
      throw refused(name, found, expected);
    }
  }

  private static ProblemException refused(String name, @Nullable Object found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            "tokenizer: " + name + ": " + found + " (expected: " + expected + ")"));
  }
}
