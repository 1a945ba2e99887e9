package dev.millrace.runtime.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;

/**
 * The WordPiece tokenizer of BERT-like encoders, as their {@code tokenizer.json} declares it:
 * clean, set ideographs apart, strip accents, lower the case, split at spaces and punctuation, then
 * take the longest known piece, again and again. Immutable; any thread.
 *
 * <p>Only the beginning of a text is looked at: reading ends as soon as the token limit is reached,
 * and at the latest after {@value #MOST_CHARS} characters.
 */
public final class WordPiece {

  /** Characters of one text that are looked at; the rest counts as cut. */
  public static final int MOST_CHARS = 20_000;

  private static final int LONGEST_WORD_DEFAULT = 100;

  private final Settings settings;
  private final Map<String, Integer> vocabulary;
  private final Map<String, Integer> continuing;
  private final int longestPiece;

  /**
   * What the file declares.
   *
   * @param start id put before each text
   * @param end id put after each text
   * @param unknown id of a word with no known pieces
   * @param maxTokens the file's own limit, with start and end
   * @param longestWord code points; a longer word is unknown
   * @param special texts that are tokens of their own, such as {@code [MASK]}
   */
  record Settings(
      boolean clean,
      boolean splitIdeographs,
      boolean stripAccents,
      boolean lowercase,
      int start,
      int end,
      int unknown,
      int maxTokens,
      int longestWord,
      Map<String, Integer> special) {}

  /**
   * A text as ids.
   *
   * @param ids with start and end
   * @param cut whether the text was longer than the limit
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Encoding(int[] ids, boolean cut) {}

  WordPiece(
      Settings settings, Map<String, Integer> vocabulary, Map<String, Integer> continuingPieces) {
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.continuing = continuingPieces;
    this.longestPiece =
        Math.max(
            vocabulary.keySet().stream().mapToInt(String::length).max().orElse(1),
            continuingPieces.keySet().stream().mapToInt(String::length).max().orElse(1));
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws dev.millrace.domain.error.ProblemException when it is no WordPiece tokenizer or uses
   *     what is not known here
   */
  public static WordPiece read(byte[] tokenizerJson) {
    return new WordPieceFile(tokenizerJson, LONGEST_WORD_DEFAULT).read();
  }

  /** The file's own limit of tokens a text, with start and end. */
  public int maxTokens() {
    return settings.maxTokens();
  }

  /**
   * @param maxTokens with start and end, at least 3
   */
  public Encoding encode(String text, int maxTokens) {
    boolean tooLong = text.length() > MOST_CHARS;
    String looked = tooLong ? text.substring(0, MOST_CHARS) : text;
    Ids ids = new Ids(maxTokens - 2);
    int from = 0;
    while (from < looked.length() && !ids.full()) {
      Special next = nextSpecial(looked, from);
      words(looked, from, next.at(), ids);
      if (next.length() > 0) {
        ids.add(next.id());
      }
      from = next.at() + next.length();
    }
    return new Encoding(
        ids.framed(settings.start(), settings.end()),
        ids.overflowed || tooLong || from < looked.length());
  }

  private record Special(int at, int length, int id) {}

  private Special nextSpecial(String text, int from) {
    Special first = new Special(text.length(), 0, 0);
    for (var special : settings.special().entrySet()) {
      int at = text.indexOf(special.getKey(), from);
      if (at >= 0 && at < first.at()) {
        first = new Special(at, special.getKey().length(), special.getValue());
      }
    }
    return first;
  }

  /** Cuts at spaces and around ideographs; what lies between is normalized as one. */
  private void words(String text, int from, int to, Ids ids) {
    StringBuilder chunk = new StringBuilder();
    boolean ascii = true;
    for (int i = from; i < to && !ids.full(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (settings.clean() && Letters.isDropped(point)) {
        continue;
      }
      if (Letters.isSpace(point)) {
        ascii = flush(chunk, ascii, ids);
      } else if (settings.splitIdeographs() && Letters.isIdeograph(point)) {
        flush(chunk, ascii, ids);
        chunk.appendCodePoint(point);
        ascii = flush(chunk, false, ids);
      } else {
        chunk.appendCodePoint(point);
        ascii &= point < 128;
      }
    }
    flush(chunk, ascii, ids);
  }

  private boolean flush(StringBuilder chunk, boolean ascii, Ids ids) {
    if (!chunk.isEmpty()) {
      split(normalized(chunk, ascii), ids);
      chunk.setLength(0);
    }
    return true;
  }

  private String normalized(StringBuilder chunk, boolean ascii) {
    if (ascii) {
      if (settings.lowercase()) {
        Letters.lowerAscii(chunk);
      }
      return chunk.toString();
    }
    String text = chunk.toString();
    if (settings.stripAccents()) {
      text = Letters.withoutAccents(Normalizer.normalize(text, Normalizer.Form.NFD));
    }
    return settings.lowercase() ? Letters.lower(text) : text;
  }

  private void split(String chunk, Ids ids) {
    int from = 0;
    for (int i = 0; i < chunk.length() && !ids.full(); ) {
      int point = chunk.codePointAt(i);
      int next = i + Character.charCount(point);
      if (Letters.isPunctuation(point)) {
        word(chunk, from, i, ids);
        word(chunk, i, next, ids);
        from = next;
      } else if (Letters.isSpace(point)) {
        word(chunk, from, i, ids);
        from = next;
      }
      i = next;
    }
    word(chunk, from, chunk.length(), ids);
  }

  private void word(String chunk, int from, int to, Ids ids) {
    if (from >= to || ids.full()) {
      return;
    }
    if (to - from > settings.longestWord()
        && chunk.codePointCount(from, to) > settings.longestWord()) {
      ids.add(settings.unknown());
      return;
    }
    int mark = ids.mark();
    Map<String, Integer> pieces = vocabulary;
    for (int at = from; at < to; pieces = continuing) {
      int end = Math.min(to, at + longestPiece);
      Integer id = null;
      while (end > at && (id = pieces.get(chunk.substring(at, end))) == null) {
        end--;
      }
      if (id == null) {
        ids.back(mark);
        ids.add(settings.unknown());
        return;
      }
      ids.add(id);
      at = end;
    }
  }

  /** Ids of one text so far; more than the limit are counted, not kept. */
  private static final class Ids {

    private final int limit;
    private int[] ids = new int[32];
    private int count;
    private boolean overflowed;

    Ids(int limit) {
      this.limit = limit;
    }

    boolean full() {
      return overflowed;
    }

    int mark() {
      return count;
    }

    void back(int mark) {
      count = mark;
    }

    void add(int id) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, count * 2);
      }
      ids[count++] = id;
      overflowed = count > limit;
    }

    int[] framed(int start, int end) {
      int kept = Math.min(count, limit);
      int[] framed = new int[kept + 2];
      framed[0] = start;
      System.arraycopy(ids, 0, framed, 1, kept);
      framed[kept + 1] = end;
      return framed;
    }
  }
}
