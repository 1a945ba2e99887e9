package dev.millrace.runtime.llama.port;

import dev.millrace.domain.error.ProblemException;

/**
 * A loaded model with the memory of its sequences. Sequences are numbers; what was decoded of each
 * stays until it is cut. Only its owner's thread, but for {@link #vocabulary()}.
 */
public interface LanguageModel extends AutoCloseable {

  Vocabulary vocabulary();

  /** Most tokens of one sequence. */
  int context();

  /** Sequences 0 to this, exclusive. */
  int sequences();

  /** Tokens that the memory of all sequences holds together. */
  int cells();

  /** Most tokens of one step. */
  int batchTokens();

  /**
   * One step over all tokens of the batch.
   *
   * @return false when the memory has no room for it; nothing was decoded then
   * @throws ProblemException when the library failed
   */
  boolean decode(DecodeBatch batch);

  /**
   * The scores behind a row of the last batch that was wanted.
   *
   * @param into one for each token
   */
  void scores(int row, float[] into);

  /** Lets a sequence begin with the first {@code count} tokens of another, without decoding. */
  void copy(int from, int to, int count);

  /** Cuts a sequence to its first {@code count} tokens. */
  void cut(int sequence, int count);

  /**
   * @param text in the library's notation, with the rule {@code root}
   * @throws ProblemException when it cannot be read
   */
  Grammar grammar(String text);

  @Override
  void close();
}
