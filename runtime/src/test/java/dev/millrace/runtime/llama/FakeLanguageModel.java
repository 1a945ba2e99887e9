package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.port.DecodeBatch;
import dev.millrace.runtime.llama.port.Grammar;
import dev.millrace.runtime.llama.port.LanguageModel;
import dev.millrace.runtime.llama.port.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model whose next token is a function of all tokens before it: the alphabet goes on, unless the
 * text says otherwise. It fails a test that decodes out of order or overruns its memory.
 */
final class FakeLanguageModel implements LanguageModel {

  /** One decode step: tokens by sequence. */
  record Step(Map<Integer, Integer> tokens) {
    int total() {
      return tokens.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  final List<Step> steps = new ArrayList<>();
  final List<String> copies = new ArrayList<>();
  private final Map<Integer, StringBuilder> memory = new HashMap<>();
  private final Map<Integer, Integer> sequenceOfRow = new HashMap<>();
  private final FakeVocabulary vocabulary = new FakeVocabulary(null);
  private final int context;
  private final int sequences;
  private final int cells;
  private final int batchTokens;
  private boolean broken;
  private boolean closed;

  FakeLanguageModel(int context, int sequences, int cells, int batchTokens) {
    this.context = context;
    this.sequences = sequences;
    this.cells = cells;
    this.batchTokens = batchTokens;
  }

  /** The next step fails as a library may. */
  void breakNext() {
    broken = true;
  }

  boolean closed() {
    return closed;
  }

  int held() {
    return memory.values().stream().mapToInt(StringBuilder::length).sum();
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int context() {
    return context;
  }

  @Override
  public int sequences() {
    return sequences;
  }

  @Override
  public int cells() {
    return cells;
  }

  @Override
  public int batchTokens() {
    return batchTokens;
  }

  @Override
  public boolean decode(DecodeBatch batch) {
    if (broken) {
      broken = false;
      throw new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, "broken"));
    }
    Map<Integer, Integer> tokens = new HashMap<>();
    sequenceOfRow.clear();
    for (int row = 0; row < batch.count(); row++) {
      StringBuilder text = text(batch.sequence(row));
      if (text.length() != batch.position(row)) {
        throw new AssertionError(
            "position " + batch.position(row) + " behind " + text.length() + " tokens");
      }
      text.append((char) batch.token(row));
      tokens.merge(batch.sequence(row), 1, Integer::sum);
      if (batch.wanted(row)) {
        sequenceOfRow.put(row, batch.sequence(row));
      }
    }
    if (batch.count() > batchTokens || held() > cells) {
      throw new AssertionError(batch.count() + " tokens in a step, " + held() + " held");
    }
    steps.add(new Step(tokens));
    return true;
  }

  private StringBuilder text(int sequence) {
    return memory.computeIfAbsent(sequence, _ -> new StringBuilder());
  }

  @Override
  public void scores(int row, float[] into) {
    String text = text(sequenceOfRow.get(row)).toString();
    char last = text.charAt(text.length() - 1);
    Arrays.fill(into, -10);
    into[last >= 'a' && last < 'z' ? last + 1 : 'a'] = 10;
    if (last == '!') {
      into[FakeVocabulary.END] = 20;
    }
  }

  @Override
  public void copy(int from, int to, int count) {
    copies.add(count + " of " + from);
    if (!text(to).isEmpty()) {
      throw new AssertionError("a copy into what is not empty");
    }
    text(to).append(text(from), 0, count);
  }

  @Override
  public void cut(int sequence, int count) {
    text(sequence).setLength(count);
  }

  @Override
  public Grammar grammar(String text) {
    return new OnlyCharacters(text);
  }

  /** Allows the characters of a text, and the end once there is one of them. */
  private static final class OnlyCharacters implements Grammar {
    private final String allowed;
    private int taken;

    OnlyCharacters(String allowed) {
      this.allowed = allowed;
    }

    @Override
    public boolean allows(int id) {
      return id == FakeVocabulary.END ? taken > 0 : allowed.indexOf(id) >= 0;
    }

    @Override
    public void mask(float[] scores) {
      for (int id = 0; id < scores.length; id++) {
        if (!allows(id)) {
          scores[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }

    @Override
    public void accept(int id) {
      taken++;
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() {
    closed = true;
  }
}
