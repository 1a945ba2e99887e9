package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.port.Grammar;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The library's grammar of one answer, asked over arrays of candidates: id, score, probability. */
final class NativeGrammar implements Grammar {

  private static final int ENTRY = 12;
  private static final int ARRAY_BYTES = 32;

  private final NativeApi api;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment sampler;
  private final MemorySegment array;
  private final MemorySegment entries;

  private NativeGrammar(NativeApi api, MemorySegment sampler, int tokens) {
    this.api = api;
    this.sampler = sampler;
    this.entries = arena.allocate((long) ENTRY * tokens, 8);
    this.array = arena.allocate(ARRAY_BYTES, 8);
  }

  static NativeGrammar open(NativeApi api, NativeVocabulary vocabulary, String text) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment sampler =
          api.openGrammar.address(
              vocabulary.address(), local.allocateFrom(text), local.allocateFrom("root"));
      if (sampler.equals(MemorySegment.NULL)) {
        throw new ProblemException(
            Problem.invalid(
                "/input/grammar",
                "a grammar that cannot be read",
                "GBNF with a rule root and no left recursion"));
      }
      return new NativeGrammar(api, sampler, vocabulary.size());
    }
  }

  @Override
  public boolean allows(int id) {
    put(0, id, 0);
    apply(1);
    return entries.get(JAVA_FLOAT, 4) > Float.NEGATIVE_INFINITY;
  }

  @Override
  public void mask(float[] scores) {
    for (int id = 0; id < scores.length; id++) {
      put(id, id, scores[id]);
    }
    apply(scores.length);
    for (int row = 0; row < scores.length; row++) {
      long at = (long) ENTRY * row;
      scores[entries.get(JAVA_INT, at)] = entries.get(JAVA_FLOAT, at + 4);
    }
  }

  private void put(int row, int id, float score) {
    long at = (long) ENTRY * row;
    entries.set(JAVA_INT, at, id);
    entries.set(JAVA_FLOAT, at + 4, score);
    entries.set(JAVA_FLOAT, at + 8, 0);
  }

  private void apply(int count) {
    array.set(ADDRESS, 0, entries);
    array.set(JAVA_LONG, 8, count);
    array.set(JAVA_LONG, 16, -1);
    array.set(JAVA_BYTE, 24, (byte) 0);
    api.applySampler.run(sampler, array);
  }

  @Override
  public void accept(int id) {
    api.acceptToken.run(sampler, id);
  }

  @Override
  public void close() {
    api.freeSampler.run(sampler);
    arena.close();
  }
}
