package dev.millrace.runtime.sim;

/** The texts of simulated tokens, made once: a token allocates nothing. */
final class SimWords {

  private static final String[] WORDS = {
    " the",
    " mill",
    " race",
    " runs",
    " and",
    " the",
    " wheel",
    " turns",
    " grain",
    " falls",
    " between",
    " stones",
    " while",
    " water",
    " waits",
    " for",
    " nobody",
    ".",
  };

  private SimWords() {}

  /** The text of the token at an index of the answer; the same for every task. */
  static String at(int index) {
    return WORDS[index % WORDS.length];
  }
}
