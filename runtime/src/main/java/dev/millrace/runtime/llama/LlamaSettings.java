package dev.millrace.runtime.llama;

import java.nio.file.Path;
import java.util.List;

/**
 * How llama.cpp is run in a process.
 *
 * @param folders where its library is looked for, in order, before the system's
 * @param memoryBytes that the keys and values of one model may take, 1 MiB or more
 * @param threads of a decode step, 1..256
 */
public record LlamaSettings(List<Path> folders, long memoryBytes, int threads) {

  private static final long LEAST_MEMORY = 1 << 20;
  private static final int MOST_THREADS = 256;

  public LlamaSettings {
    folders = List.copyOf(folders);
    if (memoryBytes < LEAST_MEMORY) {
      throw new IllegalArgumentException(
          "llama.memory: " + memoryBytes + " (expected: at least " + LEAST_MEMORY + " bytes)");
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "llama.threads: " + threads + " (expected: 1.." + MOST_THREADS + ")");
    }
  }

  /**
   * One core is left for everybody else: decode threads that wait for one another in a spin
   * collapse to a tenth of their rate when one of them has to share its core.
   */
  public static int usualThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }
}
