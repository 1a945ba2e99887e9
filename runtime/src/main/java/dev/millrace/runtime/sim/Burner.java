package dev.millrace.runtime.sim;

/** Spends a run's service time and tells the agent when it is spent. Never waits. */
interface Burner extends AutoCloseable {

  /** Begins to spend; a run that is cancelled meanwhile may be left. */
  void burn(SimRun run);

  @Override
  void close();
}
