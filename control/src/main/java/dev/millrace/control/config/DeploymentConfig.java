package dev.millrace.control.config;

import dev.millrace.control.yaml.Place;

/**
 * A model to serve.
 *
 * @param version empty for the newest
 * @param variant empty for the manifest's default
 * @param isolation where it runs; {@code MANIFEST} leaves it to the manifest
 * @param maxBatch 0 for the manifest's
 * @param concurrency 0 for what fits its kind
 * @param place where the configuration asks for it, for errors
 */
public record DeploymentConfig(
    String model,
    String version,
    String variant,
    String pool,
    Where isolation,
    int maxBatch,
    int concurrency,
    boolean required,
    Place place) {

  /** Where a model runs. */
  public enum Where {
    /** As the manifest says, and in a worker unless the digest is approved. */
    MANIFEST,
    WORKER,
    IN_PROCESS
  }

  static final Key<String> MODEL =
      Key.required("model", "[a-z0-9][a-z0-9._-]{0,63}", "Name of the model.");
  static final Key<String> VERSION =
      Key.text(
          "version", "", "[A-Za-z0-9][A-Za-z0-9._-]{0,31}", "Its version; else the newest one.");
  static final Key<String> VARIANT =
      Key.text("variant", "", "[A-Za-z0-9][A-Za-z0-9._-]{0,31}", "One of its variants.");
  static final Key<String> POOL =
      Key.text("pool", PoolConfig.DEFAULT_NAME, "[a-z0-9][a-z0-9_-]{0,31}", "The pool it runs in.");
  static final Key<Where> ISOLATION =
      Key.choice(
          "isolation",
          Where.class,
          Where.MANIFEST,
          "Where it runs; in-process needs an approved digest.");
  static final Key<Integer> MAX_BATCH =
      Key.whole("max_batch", 0, 0, 1_024, "tasks", "Tasks in one run; 0 takes the manifest's.");
  static final Key<Integer> CONCURRENCY =
      Key.whole(
          "concurrency",
          0,
          0,
          1_024,
          "runs",
          "Runs at once, of a generator sequences side by side; 0 takes what fits its kind.");
  static final Key<Boolean> REQUIRED =
      Key.truth("required", true, "Whether the node is ready only when it has answered.");
  static final Section SECTION =
      Section.listOf(
          "deployments",
          "Models to serve, beside the bundled ones; an entry for a bundled model changes its"
              + " settings.",
          MODEL,
          VERSION,
          VARIANT,
          POOL,
          ISOLATION,
          MAX_BATCH,
          CONCURRENCY,
          REQUIRED);

  static DeploymentConfig of(Values values) {
    return new DeploymentConfig(
        values.get(MODEL),
        values.get(VERSION),
        values.get(VARIANT),
        values.get(POOL),
        values.get(ISOLATION),
        values.get(MAX_BATCH),
        values.get(CONCURRENCY),
        values.get(REQUIRED),
        values.placeOf(MODEL));
  }

  /** A bundled model that the configuration does not speak of. */
  public static DeploymentConfig bundled(String model) {
    return of(model, true, "bundled models");
  }

  /** A model that the program fetched by itself; the node is ready without it. */
  public static DeploymentConfig fetched(String model) {
    return of(model, false, "fetched models");
  }

  private static DeploymentConfig of(String model, boolean required, String place) {
    return new DeploymentConfig(
        model, "", "", PoolConfig.DEFAULT_NAME, Where.MANIFEST, 0, 0, required, Place.of(place));
  }
}
