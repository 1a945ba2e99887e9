package dev.millrace.control.config;

/**
 * How language models run on llama.cpp.
 *
 * @param library the folder of its library; empty for the fetched one, else the system's
 * @param memoryBytes that the keys and values of one model may take
 * @param threads of a decode step; 0 for cores − 1, at least 1
 */
public record LlamaConfig(String library, long memoryBytes, int threads) {

  static final Key<String> LIBRARY =
      Key.text(
          "library",
          "",
          "[^\\x00-\\x1f]{1,1024}",
          "Folder of libllama; else the fetched one, else the system's.");
  static final Key<Long> MEMORY =
      Key.size(
          "memory",
          "1GiB",
          "1MiB",
          "1TiB",
          "Memory for the keys and values of one model: of running answers and of kept prefixes.");
  static final Key<Integer> THREADS =
      Key.whole(
          "threads", 0, 0, 256, "threads", "Threads of a decode step; 0 for the cores less one.");
  static final Section SECTION =
      Section.of("llama", "Language models on llama.cpp.", LIBRARY, MEMORY, THREADS);

  static LlamaConfig of(Values values) {
    return new LlamaConfig(values.get(LIBRARY), values.get(MEMORY), values.get(THREADS));
  }
}
