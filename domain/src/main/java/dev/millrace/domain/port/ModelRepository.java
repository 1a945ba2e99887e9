package dev.millrace.domain.port;

import java.util.List;

/**
 * The configured deployments, each of which can be taken out of service and put back while the node
 * runs. What was taken out stays out through reloads, until it is put back or the node restarts.
 */
public interface ModelRepository {

  /** Every configured deployment, in service or not, by name. Any thread; never waits. */
  List<Entry> index();

  /**
   * Puts a deployment in service, and returns when it has answered its sample. Waits: not for
   * loops.
   *
   * @throws dev.millrace.domain.error.ProblemException when there is none of that name, or it
   *     cannot be served
   */
  void load(String model);

  /**
   * Takes a deployment out of service; what runs on it may end. Waits: not for loops.
   *
   * @throws dev.millrace.domain.error.ProblemException when there is none of that name
   */
  void unload(String model);

  /** Where a deployment stands. */
  enum State {
    READY,
    LOADING,
    UNAVAILABLE,
    UNLOADED
  }

  /**
   * One deployment.
   *
   * @param reason why it is not ready; empty when it is
   */
  record Entry(String name, String version, State state, String reason) {}
}
