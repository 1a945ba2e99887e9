package dev.millrace.runtime.llama;

import dev.millrace.runtime.llama.port.Vocabulary;
import dev.millrace.runtime.text.StopScanner;
import dev.millrace.runtime.text.Utf8Assembler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer so far, from ids to text: what each token lets out, and when the answer ends. A pure
 * function of the ids: recorded ones are absorbed first and put it where the first attempt stood.
 */
final class Answer {

  private final Vocabulary vocabulary;
  private final Utf8Assembler assembler = new Utf8Assembler();
  private final StopScanner scanner;
  private final int mostTokens;
  private int count;
  private @Nullable String finishReason;

  /**
   * @param mostTokens of the answer, by the request and the context
   */
  Answer(Vocabulary vocabulary, List<String> stops, int mostTokens) {
    this.vocabulary = vocabulary;
    this.scanner = new StopScanner(stops);
    this.mostTokens = mostTokens;
    if (mostTokens < 1) {
      finishReason = "length";
    }
  }

  /** The text that goes out under this token; may be empty. */
  String absorb(int id) {
    count++;
    boolean ends = vocabulary.ends(id);
    String text = ends ? "" : scanner.push(assembler.push(vocabulary.bytes(id)));
    if (scanner.stopped()) {
      finishReason = "stop";
      return text;
    }
    if (!ends && count < mostTokens) {
      return text;
    }
    // The last token takes along whatever was held back.
    String rest = scanner.push(assembler.finish()) + scanner.finish();
    finishReason = ends || scanner.stopped() ? "stop" : "length";
    return text + rest;
  }

  int count() {
    return count;
  }

  /** Why the answer ended; null while it goes on. */
  @Nullable String finishReason() {
    return finishReason;
  }
}
