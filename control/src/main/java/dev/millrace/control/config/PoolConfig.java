package dev.millrace.control.config;

/**
 * An isolated share of compute.
 *
 * @param workers processes; 0 for a pool whose models all run in the node
 * @param threads of each worker; 0 for cores − 1, at least 1
 * @param heapBytes of each worker's Java heap; models' own memory comes on top
 */
public record PoolConfig(String name, int workers, int threads, long heapBytes) {

  /** The pool of every deployment that names none. */
  public static final String DEFAULT_NAME = "default";

  /** With the number of a worker behind it, a name is still a worker's, which has 32 characters. */
  static final Key<String> NAME =
      Key.required("name", "[a-z0-9][a-z0-9_-]{0,28}", "Name of the pool.");

  static final Key<Integer> WORKERS =
      Key.whole(
          "workers", 1, 0, 64, "processes", "Worker processes; 0 when its models run in the node.");
  static final Key<Integer> THREADS =
      Key.whole(
          "threads",
          0,
          0,
          256,
          "threads",
          "Runs of a function at once, unless its deployment says; 0 takes the cores.");
  static final Key<Long> HEAP =
      Key.size("heap", "512MiB", "64MiB", "64GiB", "Java heap of each worker.");
  static final Section SECTION =
      Section.listOf(
          "pools",
          "Isolated shares of compute; without any there is one, `default`.",
          NAME,
          WORKERS,
          THREADS,
          HEAP);

  static PoolConfig of(Values values) {
    return new PoolConfig(
        values.get(NAME), values.get(WORKERS), values.get(THREADS), values.get(HEAP));
  }

  static PoolConfig usual() {
    Integer workers = WORKERS.absent();
    Integer threads = THREADS.absent();
    Long heap = HEAP.absent();
    if (workers == null || threads == null || heap == null) {
      throw new IllegalStateException("pools: a key without its default");
    }
    return new PoolConfig(DEFAULT_NAME, workers, threads, heap);
  }
}
