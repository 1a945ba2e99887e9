package dev.millrace.runtime.json;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** The one JSON reader of the runtimes. Its limits are those of the doors or wider. */
public final class StrictJson {

  private static final int DEEPEST = 64;
  private static final int LONGEST_TEXT = 64 << 20;
  private static final int LONGEST_NUMBER = 128;
  private static final int LONGEST_NAME = 1_024;

  private static final JsonFactory FACTORY = factory(true);

  private StrictJson() {}

  /**
   * A factory with the same limits that lets names come twice, for documents that no request is
   * made of: without the bookkeeping of names it reads a small one in half the time.
   */
  public static JsonFactory lenient() {
    return factory(false);
  }

  private static JsonFactory factory(boolean eachNameOnce) {
    // A thread's buffers are its own: the shared pool costs an atomic exchange and a node a
    // document.
    return JsonFactory.builder()
        .recyclerPool(JsonRecyclerPools.threadLocalPool())
        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, eachNameOnce)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxStringLength(LONGEST_TEXT)
                .maxNumberLength(LONGEST_NUMBER)
                .maxNameLength(LONGEST_NAME)
                .maxDocumentLength(LONGEST_TEXT + 1L)
                .build())
        .build();
  }

  /** A parser over the bytes; close it. */
  public static JsonParser open(byte[] utf8) {
    return FACTORY.createParser(ObjectReadContext.empty(), utf8);
  }

  /**
   * What a parser's complaint becomes: the place, never the text, which may be a prompt.
   *
   * @param field the document's place in the request, such as {@code /input}
   */
  public static ProblemException malformed(String field, JacksonException cause) {
    TokenStreamLocation at = cause.getLocation();
    String place = at == null ? "" : " at byte " + Math.max(0, at.getByteOffset());
    return new ProblemException(
        Problem.invalid(
            field,
            "JSON that cannot be read" + place,
            "JSON with finite numbers, no name twice, depth at most " + DEEPEST));
  }

  /** Whether each surrogate of the text has its other half. */
  public static boolean wellFormed(String text) {
    int at = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        return false;
      }
      at += Character.charCount(point);
    }
    return true;
  }
}
