package dev.millrace.runtime.remote;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * What is sent for one attempt, whichever replica it goes to.
 *
 * @param path after the base address
 * @param body JSON
 * @param texts to embed; 0 for a completion
 */
@SuppressWarnings("ArrayRecordComponent")
record UpstreamRequest(String path, byte[] body, int texts) {

  /**
   * What reads the answer.
   *
   * @param contentType of the answer
   */
  Answer answer(String contentType, Consumer<String> tokens) {
    if (texts > 0) {
      return new VectorAnswer(texts);
    }
    return new TextAnswer(
        contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream"), tokens);
  }
}
