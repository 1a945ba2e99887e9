package dev.millrace.runtime.llama.request;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 for the likeliest token always
 * @param topP the likeliest tokens that make up this share of probability
 * @param topK how many of the likeliest tokens; 0 for all
 * @param minP tokens at least this share as likely as the likeliest; 0 for all
 * @param repetitionPenalty divides scores of tokens seen in prompt and answer; 1 for none
 * @param presencePenalty taken from scores of tokens seen in the answer; 0 for none
 * @param frequencyPenalty taken once for each time that they were seen; 0 for none
 * @param seed of the draw
 */
public record Sampling(
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    long seed) {

  /** The likeliest token always. */
  public static final Sampling GREEDY = new Sampling(0, 1, 0, 0, 1, 0, 0, 0);

  /** Whether scores depend on the tokens before. */
  public boolean penalizes() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }
}
