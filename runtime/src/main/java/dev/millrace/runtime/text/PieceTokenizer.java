package dev.millrace.runtime.text;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The tokenizer of the small language models: pieces with scores; the adjacent pair with the
 * highest score merges first; what no piece covers becomes bytes; a space is {@code ▁}, with one in
 * front of the text. Immutable; any thread.
 */
public final class PieceTokenizer {

  private static final char SPACE = '\u2581';
  private static final int MOST_PIECES = 1 << 20;

  private final String[] pieces;
  private final float[] scores;
  private final Map<String, Integer> normal = new HashMap<>();
  private final int[] byteIds = new int[256];
  private final int[] byteOf;
  private final int start;
  private final int end;
  private final int unknown;
  private final int longestPiece;

  private PieceTokenizer(String[] pieces, float[] scores, int start, int end, int unknown) {
    this.pieces = pieces;
    this.scores = scores;
    this.start = start;
    this.end = end;
    this.unknown = unknown;
    this.byteOf = new int[pieces.length];
    Arrays.fill(byteIds, unknown);
    int longest = 1;
    for (int id = 0; id < pieces.length; id++) {
      byteOf[id] = byteValue(pieces[id]);
      if (byteOf[id] >= 0) {
        byteIds[byteOf[id]] = id;
      } else if (id != start && id != end && id != unknown) {
        normal.put(pieces[id], id);
        longest = Math.max(longest, pieces[id].length());
      }
    }
    this.longestPiece = longest;
  }

  /**
   * Reads the file: {@code {"bos", "eos", "unk", "pieces": [[text, score], ...]}}.
   *
   * @throws ProblemException when it is none
   */
  public static PieceTokenizer read(byte[] json) {
    if (!(JsonTree.read(json, "tokenizer") instanceof Map<?, ?> root)
        || !(root.get("pieces") instanceof List<?> list)
        || list.isEmpty()
        || list.size() > MOST_PIECES) {
      throw refused("pieces", "none or too many", "a list of [text, score]");
    }
    String[] pieces = new String[list.size()];
    float[] scores = new float[list.size()];
    for (int id = 0; id < pieces.length; id++) {
      if (!(list.get(id) instanceof List<?> pair)
          || pair.size() != 2
          || !(pair.get(0) instanceof String text)
          || !(pair.get(1) instanceof Number score)) {
        throw refused("pieces[" + id + "]", "something else", "[text, score]");
      }
      pieces[id] = text;
      scores[id] = score.floatValue();
    }
    return new PieceTokenizer(
        pieces,
        scores,
        id(root, "bos", pieces.length),
        id(root, "eos", pieces.length),
        id(root, "unk", pieces.length));
  }

  private static int id(Map<?, ?> root, String name, int size) {
    if (root.get(name) instanceof Long id && id >= 0 && id < size) {
      return id.intValue();
    }
    throw refused(name, String.valueOf(root.get(name)), "0.." + (size - 1));
  }

  private static ProblemException refused(String name, String found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            "tokenizer: " + name + ": " + found + " (expected: " + expected + ")"));
  }

  /** {@code <0x41>} → 65; −1 for other pieces. */
  private static int byteValue(String piece) {
    return piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">")
        ? Integer.parseInt(piece.substring(3, 5), 16)
        : -1;
  }

  public int size() {
    return pieces.length;
  }

  /** The id before the first token of every text. */
  public int start() {
    return start;
  }

  /** The id with which a model ends its answer. */
  public int end() {
    return end;
  }

  /** Characters that a text of so many tokens can have at most: longer ones need no tokenizing. */
  public long mostChars(int tokens) {
    return (long) tokens * longestPiece;
  }

  /** The ids of the text, without start and end. */
  public int[] encode(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    String spaced = SPACE + text.replace(' ', SPACE);
    Merging merging = new Merging(spaced);
    merging.run();
    return merging.ids();
  }

  /** The text of a piece; empty for start and end; null-free, bytes excluded. */
  String textOf(int id) {
    if (id == start || id == end) {
      return "";
    }
    return id == unknown ? " \u2047 " : pieces[id].replace(SPACE, ' ');
  }

  /** The byte that an id stands for, or −1. */
  int byteOf(int id) {
    return byteOf[id];
  }

  /** One text's symbols, a list linked by index, and the pairs that may merge, best first. */
  private final class Merging {

    private final String text;
    private final int[] from;
    private final int[] to;
    private final int[] previous;
    private final int[] next;
    private final PriorityQueue<Pair> pairs = new PriorityQueue<>();
    private int symbols;

    private record Pair(float score, int left, int right, int length) implements Comparable<Pair> {
      @Override
      public int compareTo(Pair other) {
        int byScore = Float.compare(other.score, score);
        return byScore != 0 ? byScore : Integer.compare(left, other.left);
      }
    }

    Merging(String text) {
      this.text = text;
      int points = text.codePointCount(0, text.length());
      from = new int[points];
      to = new int[points];
      previous = new int[points];
      next = new int[points];
      for (int at = 0; at < text.length(); symbols++) {
        from[symbols] = at;
        at += Character.charCount(text.codePointAt(at));
        to[symbols] = at;
        previous[symbols] = symbols - 1;
        next[symbols] = symbols + 1 < points ? symbols + 1 : -1;
      }
    }

    void run() {
      for (int i = 0; i + 1 < symbols; i++) {
        offer(i, i + 1);
      }
      for (Pair best; (best = pairs.poll()) != null; ) {
        boolean stale =
            next[best.left] != best.right || to[best.right] - from[best.left] != best.length;
        if (!stale) {
          merge(best.left, best.right);
        }
      }
    }

    private void offer(int left, int right) {
      int length = to[right] - from[left];
      if (length > longestPiece) {
        return;
      }
      Integer id = normal.get(text.substring(from[left], to[right]));
      if (id != null) {
        pairs.add(new Pair(scores[id], left, right, length));
      }
    }

    private void merge(int left, int right) {
      to[left] = to[right];
      next[left] = next[right];
      // An emptied symbol must never look like a live neighbour to a pair made earlier.
      next[right] = -2;
      if (next[left] >= 0) {
        previous[next[left]] = left;
        offer(left, next[left]);
      }
      if (previous[left] >= 0) {
        offer(previous[left], left);
      }
    }

    int[] ids() {
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i >= 0; i = next[i]) {
        String symbol = text.substring(from[i], to[i]);
        Integer id = normal.get(symbol);
        if (id != null) {
          ids.add(id);
        } else {
          for (byte each : symbol.getBytes(StandardCharsets.UTF_8)) {
            ids.add(byteIds[each & 0xFF]);
          }
        }
      }
      return ids.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
