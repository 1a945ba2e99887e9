package dev.millrace.runtime.llama.port;

/**
 * The tokens of one decode step: of each, its sequence and its place there. Reused by its owner.
 */
public final class DecodeBatch {

  private final int[] tokens;
  private final int[] positions;
  private final int[] sequences;
  private final boolean[] wanted;
  private int count;

  /**
   * @param capacity most tokens of one step
   */
  public DecodeBatch(int capacity) {
    this.tokens = new int[capacity];
    this.positions = new int[capacity];
    this.sequences = new int[capacity];
    this.wanted = new boolean[capacity];
  }

  public void clear() {
    count = 0;
  }

  /**
   * @param wanted whether the scores of what follows this token are asked for
   * @return the token's row, by which its scores are read
   */
  public int add(int token, int position, int sequence, boolean wanted) {
    tokens[count] = token;
    positions[count] = position;
    sequences[count] = sequence;
    this.wanted[count] = wanted;
    return count++;
  }

  public int count() {
    return count;
  }

  public int capacity() {
    return tokens.length;
  }

  public int token(int row) {
    return tokens[row];
  }

  public int position(int row) {
    return positions[row];
  }

  public int sequence(int row) {
    return sequences[row];
  }

  public boolean wanted(int row) {
    return wanted[row];
  }
}
