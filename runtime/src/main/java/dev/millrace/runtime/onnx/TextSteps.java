package dev.millrace.runtime.onnx;

import dev.millrace.runtime.text.WordPiece;
import java.util.Locale;

/** Steps over texts. */
final class TextSteps {

  /** On an answer whose text was longer than the model reads. */
  static final String CUT = "truncated:input";

  private TextSteps() {}

  /** {@code lowercase: {}}, the same for every locale. */
  static Step lowercase(Options options) {
    Target target = Target.of(options);
    return (Step.Single)
        frame -> {
          Column.Texts in = texts(frame, target, "lowercase");
          String[] lower = new String[in.values().length];
          for (int i = 0; i < lower.length; i++) {
            lower[i] = in.values()[i].toLowerCase(Locale.ROOT);
          }
          target.replace(frame, new Column.Texts(lower, in.shape()));
        };
  }

  /**
   * {@code tokenize: {tokenizer: tokenizer, max_tokens: 128}}: a text that is longer is cut, and
   * the answer is labelled {@code truncated:input}.
   */
  static Step tokenize(Options options, WordPiece tokenizer) {
    Target target = Target.of(options);
    int maxTokens = maxTokens(options, tokenizer);
    return (Step.Single)
        frame -> {
          Column.Texts in = texts(frame, target, "tokenize");
          target.replace(frame, tokens(frame, in, tokenizer, maxTokens));
        };
  }

  static int maxTokens(Options options, WordPiece tokenizer) {
    return options.number("max_tokens", tokenizer.maxTokens(), 3, 8_192);
  }

  static Column.Tokens tokens(Frame frame, Column.Texts texts, WordPiece tokenizer, int maxTokens) {
    int[][] tokens = new int[texts.rows()][];
    for (int i = 0; i < tokens.length; i++) {
      WordPiece.Encoding encoding = tokenizer.encode(texts.values()[i], maxTokens);
      tokens[i] = encoding.ids();
      frame.addTokens(encoding.ids().length);
      if (encoding.cut()) {
        frame.label(CUT);
      }
    }
    return new Column.Tokens(tokens);
  }

  static Column.Texts texts(Frame frame, Target target, String step) {
    if (target.column(frame) instanceof Column.Texts texts) {
      return texts;
    }
    throw frame.mismatch(step, "texts");
  }
}
