package dev.millrace.verify.chat;

import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.runtime.engine.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures the bare library and the engine by turns and prints medians and their ratios:
 *
 * <pre>{@code ./millrace-verify chat LIBRARY MODEL [ROUNDS]}</pre>
 *
 * LIBRARY is a folder with llama.cpp's libraries, MODEL one with a manifest and its GGUF file; a
 * node that fetched them has both under its data folder.
 */
public final class ChatFigures {

  private static final int STREAMS = 8;
  private static final int TOKENS = 64;
  private static final int SYSTEM_WORDS = 480;
  private static final int ROUNDS = 9;

  private final BareModel bare;
  private final ServedModel served;
  private final int rounds;

  private ChatFigures(BareModel bare, ServedModel served, int rounds) {
    this.bare = bare;
    this.served = served;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("Usage: millrace-verify chat LIBRARY MODEL [ROUNDS]");
      System.exit(2);
    }
    Path library = Path.of(arguments[0]).toAbsolutePath();
    ModelSpec spec = ManifestReader.read(Path.of(arguments[1]));
    int rounds = arguments.length == 3 ? Integer.parseInt(arguments[2]) : ROUNDS;
    Path file = ModelFiles.verified(spec, "model");
    try (BareModel bare = new BareModel(library, file, STREAMS);
        ServedModel served = new ServedModel(library, spec, STREAMS)) {
      ChatFigures figures = new ChatFigures(bare, served, rounds);
      figures.streams("one stream", prompts(1));
      figures.streams("eight streams", prompts(STREAMS));
      figures.firstToken();
    }
  }

  private static List<String> prompts(int count) {
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add("Story " + (i + 1) + ". Once upon a time there was a miller who");
    }
    return prompts;
  }

  private void streams(String name, List<String> prompts) {
    List<int[]> encoded = prompts.stream().map(bare::encode).toList();
    double[] alone = new double[rounds];
    double[] behind = new double[rounds];
    double[] widest = new double[rounds];
    for (int round = -2; round < rounds; round++) { // two to warm up
      long began = System.nanoTime();
      bare.answer(encoded, TOKENS);
      double plain = rate(prompts.size() * TOKENS, began);
      began = System.nanoTime();
      Arrivals arrivals = served.answer(prompts, TOKENS);
      if (round >= 0) {
        alone[round] = plain;
        behind[round] = rate(arrivals.count(), began);
        long[] gaps = arrivals.gaps();
        widest[round] = (double) gaps[gaps.length - 1] / gaps[gaps.length / 2];
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: bare %.1f tokens/s, served %.1f tokens/s%n",
        name,
        median(alone),
        median(behind));
    System.out.printf(Locale.ROOT, "%s: served / bare %.3f%n", name, median(ratios(behind, alone)));
    System.out.printf(Locale.ROOT, "%s: widest gap / median gap %.2f%n", name, median(widest));
  }

  private void firstToken() {
    double[] alone = new double[rounds];
    double[] cold = new double[rounds];
    double[] shared = new double[rounds];
    served.answer(List.of(system(0) + "Who?"), 1);
    for (int round = -2; round < rounds; round++) {
      String unseen = system(round + 10) + "Which?";
      long plain = bare.answer(List.of(bare.encode(unseen)), 1);
      long own = served.answer(List.of(unseen), 1).first();
      long again = served.answer(List.of(system(0) + "Number " + (round + 10)), 1).first();
      if (round >= 0) {
        alone[round] = plain / 1e6;
        cold[round] = own / 1e6;
        shared[round] = again / 1e6;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "first token of some %d: bare %.1f ms, served %.1f ms, behind a known beginning %.1f ms%n",
        bare.encode(system(0)).length,
        median(alone),
        median(cold),
        median(shared));
    System.out.printf(
        Locale.ROOT, "first token: served / bare %.3f%n", median(ratios(cold, alone)));
    System.out.printf(
        Locale.ROOT, "first token: known beginning / cold %.3f%n", median(ratios(shared, cold)));
  }

  /** A long beginning; each number makes another one from its first word on. */
  private static String system(int number) {
    StringBuilder text = new StringBuilder("Rule " + number + ": ");
    for (int word = 0; word < SYSTEM_WORDS; word++) {
      text.append(word % 2 == 0 ? "be " : "kind ");
    }
    return text.toString();
  }

  private static double rate(int tokens, long began) {
    return tokens * 1e9 / (System.nanoTime() - began);
  }

  private static double[] ratios(double[] of, double[] to) {
    double[] ratios = new double[of.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = of[i] / to[i];
    }
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
