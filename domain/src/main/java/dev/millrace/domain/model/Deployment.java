package dev.millrace.domain.model;

/**
 * A version with its settings, loaded in a pool.
 *
 * @param id small and unique in this node's life; names it on the worker protocol
 * @param spec the version
 * @param pool the share of compute it runs in
 * @param isolation where it runs here
 * @param maxBatch tasks in one run
 * @param concurrency runs in flight at once; for a generator, sequences decoded side by side
 * @param required whether the node is ready only when this has answered its sample
 */
public record Deployment(
    int id,
    ModelSpec spec,
    String pool,
    ModelSpec.Isolation isolation,
    int maxBatch,
    int concurrency,
    boolean required) {

  public String model() {
    return spec.name();
  }
}
