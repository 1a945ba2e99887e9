package dev.millrace.runtime.decoder;

import java.util.List;

/**
 * What a generator is asked, checked.
 *
 * @param prompt to continue; may be empty
 * @param maxTokens of the answer, at least 1
 * @param temperature 0 for the likeliest token always
 * @param topP the likeliest tokens that make up this share of probability
 * @param topK how many of the likeliest tokens; 0 for all
 * @param repetitionPenalty 1 for none
 * @param seed of the sampler
 * @param stop texts that end the answer and are not part of it
 */
record GenerateRequest(
    String prompt,
    int maxTokens,
    double temperature,
    double topP,
    int topK,
    double repetitionPenalty,
    long seed,
    List<String> stop) {}
