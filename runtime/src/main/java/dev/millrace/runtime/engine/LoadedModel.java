package dev.millrace.runtime.engine;

import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import java.util.List;

/** A loaded deployment. Any thread may call; nothing here waits for the model. */
public interface LoadedModel extends AutoCloseable {

  /**
   * Runs the attempts as one batch on the engine's own threads and reports to the listener: {@code
   * started}, tokens, and exactly one of {@code done} and {@code failed} for each lease.
   */
  void run(List<Attempt> attempts, ModelRuntime.Listener listener);

  /** Stops the attempt within one decode step, or before its batch begins; it still ends. */
  void cancel(long lease);

  /** Ends what runs, frees the native memory. Waits for the engine's threads. */
  @Override
  void close();
}
