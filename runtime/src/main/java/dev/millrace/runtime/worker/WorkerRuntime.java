package dev.millrace.runtime.worker;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.worker.wire.Frame;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs attempts in a worker process that is started, watched and replaced behind the port. Reports
 * come under {@code name#incarnation}; after a loss the deployments are loaded into the next
 * process, and each is reported ready again.
 *
 * <p>Of attempts that were assigned to a process that died, nothing is reported but its loss.
 * Attempts that come while there is no process fail as {@code model_loading}; those for which there
 * is no room, as {@code overloaded}.
 */
public final class WorkerRuntime implements ModelRuntime, AutoCloseable {

  private static final long RETRY_MILLIS = 1_000;

  private final WorkerSettings settings;
  private final Listener listener;
  private final WorkerSupervisor supervisor;
  // Guarded by itself: control and the supervisor's thread, never the data path.
  private final Map<Integer, Deployment> deployments = new LinkedHashMap<>();
  private volatile @Nullable WorkerLink link;

  private WorkerRuntime(
      WorkerSettings settings,
      PrivateFolder folder,
      Listener listener,
      Clock clock,
      Meters meters) {
    this.settings = settings;
    this.listener = listener;
    this.supervisor =
        new WorkerSupervisor(
            settings,
            folder,
            clock,
            listener,
            new WorkerMeters(meters, settings.name()),
            new Ownership());
  }

  /**
   * Starts to keep a process alive; does not wait for it.
   *
   * @throws IOException when the folder is not for the owner alone, or its path too long
   */
  public static WorkerRuntime start(
      WorkerSettings settings, Listener listener, Clock clock, Meters meters) throws IOException {
    PrivateFolder folder = PrivateFolder.open(settings.folder());
    folder.socket(settings.name(), Integer.MAX_VALUE);
    WorkerRuntime runtime = new WorkerRuntime(settings, folder, listener, clock, meters);
    runtime.supervisor.start();
    return runtime;
  }

  /** Loads into this process and every next one; the outcome comes to the listener. May wait. */
  public void load(Deployment deployment) {
    Frame.Deploy frame = new Frame.Deploy(deployment);
    if (frame.size() > Frame.MOST_BYTES) {
      String message = "a manifest of " + frame.size() + " bytes (expected: less than 64 MiB)";
      Problem problem = Problem.of(ErrorCode.TOO_LARGE, message);
      listener.unavailable(deployment.id(), settings.name(), problem);
      return;
    }
    synchronized (deployments) {
      deployments.put(deployment.id(), deployment);
      WorkerLink current = link;
      if (current != null) {
        current.send(frame);
      }
    }
  }

  /** What runs of it ends first. May wait for room to say so, not for the end. */
  public void unload(int deployment) {
    synchronized (deployments) {
      WorkerLink current = link;
      if (deployments.remove(deployment) != null && current != null) {
        current.send(new Frame.Undeploy(deployment));
      }
    }
  }

  @Override
  public void assign(Deployment deployment, List<Attempt> attempts) {
    WorkerLink current = link;
    if (current != null && !current.lossReported()) {
      current.assign(deployment.id(), attempts);
      return;
    }
    String message = "worker " + settings.name() + " is being started";
    Problem problem = Problem.retryAfter(ErrorCode.MODEL_LOADING, message, RETRY_MILLIS);
    attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
  }

  @Override
  public void cancel(long lease) {
    WorkerLink current = link;
    if (current != null) {
      current.cancel(lease);
    }
  }

  /** The process that runs now, or -1 while there is none. */
  public long pid() {
    return supervisor.pid();
  }

  /** Lets what runs end, within the time to drain, then ends the process. Waits for it. */
  @Override
  public void close() {
    try {
      supervisor.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Ownership implements WorkerSupervisor.Owner {

    @Override
    public void attached(WorkerLink started) {
      synchronized (deployments) {
        link = started;
        deployments.values().forEach(deployment -> started.send(new Frame.Deploy(deployment)));
      }
    }

    @Override
    public void detached(WorkerLink ended) {
      synchronized (deployments) {
        link = null;
      }
    }
  }
}
