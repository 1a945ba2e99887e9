package dev.millrace.verify.chat;

import dev.millrace.runtime.llama.bind.LlamaLibrary;
import dev.millrace.runtime.llama.bind.MemoryPlan;
import dev.millrace.runtime.llama.port.DecodeBatch;
import dev.millrace.runtime.llama.port.LanguageModel;
import java.nio.file.Path;
import java.util.List;

/** The library alone: decode steps in a plain loop, the likeliest token each time. One thread. */
final class BareModel implements AutoCloseable {

  private static final int BATCH = 256;

  private final LanguageModel model;
  private final DecodeBatch batch = new DecodeBatch(BATCH);
  private final float[] scores;

  BareModel(Path library, Path file, int sequences) {
    this.model =
        LlamaLibrary.open(List.of(library))
            .load(file, new MemoryPlan(2_048, sequences, 512L << 20, BATCH, 1));
    this.scores = new float[model.vocabulary().size()];
  }

  int[] encode(String text) {
    return model.vocabulary().encode(text, true, false);
  }

  /**
   * Answers all prompts together.
   *
   * @param tokens of each answer, at least 1
   * @return nanoseconds to the first step after the prompts
   */
  long answer(List<int[]> prompts, int tokens) {
    long began = System.nanoTime();
    int[] next = new int[prompts.size()];
    int[] length = new int[prompts.size()];
    for (int sequence = 0; sequence < next.length; sequence++) {
      model.cut(sequence, 0);
      int[] prompt = prompts.get(sequence);
      next[sequence] = prefill(sequence, prompt);
      length[sequence] = prompt.length;
    }
    long first = System.nanoTime() - began;
    for (int step = 1; step < tokens; step++) {
      batch.clear();
      for (int sequence = 0; sequence < next.length; sequence++) {
        batch.add(next[sequence], length[sequence]++, sequence, true);
      }
      decode();
      for (int sequence = 0; sequence < next.length; sequence++) {
        next[sequence] = likeliest(sequence);
      }
    }
    return first;
  }

  private int prefill(int sequence, int[] prompt) {
    int row = 0;
    for (int at = 0; at < prompt.length; ) {
      batch.clear();
      for (int end = Math.min(prompt.length, at + BATCH); at < end; at++) {
        row = batch.add(prompt[at], at, sequence, at == prompt.length - 1);
      }
      decode();
    }
    return likeliest(row);
  }

  private void decode() {
    if (!model.decode(batch)) {
      throw new IllegalStateException("no room for a step of " + batch.count() + " tokens");
    }
  }

  private int likeliest(int row) {
    model.scores(row, scores);
    int best = 0;
    for (int id = 1; id < scores.length; id++) {
      if (scores[id] > scores[best]) {
        best = id;
      }
    }
    return best;
  }

  @Override
  public void close() {
    model.close();
  }
}
