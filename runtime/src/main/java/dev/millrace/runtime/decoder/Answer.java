package dev.millrace.runtime.decoder;

import dev.millrace.runtime.text.PieceTokenizer;
import dev.millrace.runtime.text.StopScanner;
import dev.millrace.runtime.text.TextAssembler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer so far, from ids to text: what each token lets out, and when the answer ends. A pure
 * function of the ids: recorded ones are absorbed first and put it where the first attempt stood.
 */
final class Answer {

  private final TextAssembler assembler;
  private final StopScanner scanner;
  private final int end;
  private final int mostTokens;
  private int count;
  private @Nullable String finishReason;

  /**
   * @param mostTokens of the answer, by the request and the context
   * @param promptEmpty whether the answer is a text of its own
   */
  Answer(PieceTokenizer tokenizer, List<String> stops, int mostTokens, boolean promptEmpty) {
    this.assembler = new TextAssembler(tokenizer, promptEmpty);
    this.scanner = new StopScanner(stops);
    this.end = tokenizer.end();
    this.mostTokens = mostTokens;
    if (mostTokens < 1) {
      finishReason = "length";
    }
  }

  /** The text that goes out under this token. */
  String absorb(int id) {
    count++;
    String text = id == end ? "" : scanner.push(assembler.push(id));
    if (scanner.stopped()) {
      finishReason = "stop";
      return text;
    }
    if (id != end && count < mostTokens) {
      return text;
    }
    // The last token takes along whatever was held back.
    String rest = scanner.push(assembler.finish()) + scanner.finish();
    finishReason = id == end || scanner.stopped() ? "stop" : "length";
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
