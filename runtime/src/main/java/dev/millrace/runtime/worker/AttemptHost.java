package dev.millrace.runtime.worker;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import java.util.List;

/**
 * What runs attempts inside a worker process: loaded models behind the listener that it was opened
 * with. Reports of heartbeat and loss are ignored and fatal, in this order.
 */
public interface AttemptHost extends AutoCloseable {

  /**
   * Loads and reports {@code ready} or {@code unavailable}; may take long. Loads and unloads come
   * from one thread, in order.
   */
  void load(Deployment deployment);

  /** Unloads; what runs of it ends first. */
  void unload(int deployment);

  /** Runs the attempts as one batch; does not wait. */
  void assign(Deployment deployment, List<Attempt> attempts);

  /** Stops an attempt as soon as possible; does not wait. */
  void cancel(long lease);

  /** Frees what is loaded; nothing runs any more. */
  @Override
  void close();

  /** Makes the host of a process. */
  @FunctionalInterface
  interface Factory {

    /**
     * @param listener takes reports from any thread; {@code token} waits while the node owes
     *     credits, which slows the model and bounds memory on both sides
     */
    AttemptHost open(ModelRuntime.Listener listener);
  }
}
