package dev.millrace.runtime.llama.port;

/** What an answer may still become, by a grammar. One answer, one thread. */
public interface Grammar extends AutoCloseable {

  /** Whether the token may come next. */
  boolean allows(int id);

  /** Sets the scores of all tokens that may not come next to minus infinity. */
  void mask(float[] scores);

  /** Takes a token that {@link #allows} and that does not end the answer. */
  void accept(int id);

  @Override
  void close();
}
