package dev.millrace.runtime.engine;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts loaded deployments in this process, be it the node or a worker.
 *
 * <p>Threads: any may call; nothing waits but {@link #unload} and {@link #close}. A deployment is
 * loaded, and answers its sample, on a thread of its own; {@code ready} or {@code unavailable} is
 * reported from there. Attempts run on the engines' threads.
 */
public final class InProcessRuntime implements ModelRuntime, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InProcessRuntime.class);
  private static final Duration LOOK = Duration.ofSeconds(15);
  private static final int RETRY_MILLIS = 500;

  /**
   * The runtime builds tree ensembles by recursion: three hundred boosted trees overran the usual
   * mebibyte and took the process with them. Only what is used is ever backed by memory.
   */
  private static final long LOADING_STACK_BYTES = 64L << 20;

  private final Duration look;
  private final boolean giveUp;
  private final String name;
  private final List<Engine> engines;
  private final Listener listener;
  private final Clock clock;
  private final Map<Integer, Hosted> hosted = new ConcurrentHashMap<>();

  /**
   * For a process of other work: a load that hangs makes its one model unavailable.
   *
   * @param name by which the listener knows this runtime
   * @param engines the first that serves a deployment loads it
   */
  public InProcessRuntime(String name, List<Engine> engines, Listener listener, Clock clock) {
    this(name, engines, listener, clock, LOOK, /* giveUp= */ false);
  }

  /**
   * For a process that can be replaced: a load that hangs is reported as the loss of the whole
   * runtime, because nothing less gets rid of its thread.
   */
  public static InProcessRuntime replaceable(
      String name, List<Engine> engines, Listener listener, Clock clock) {
    return new InProcessRuntime(name, engines, listener, clock, LOOK, /* giveUp= */ true);
  }

  /**
   * @param look between two looks at a load that goes on
   * @param giveUp whether a load that hangs is the loss of this runtime
   */
  InProcessRuntime(
      String name,
      List<Engine> engines,
      Listener listener,
      Clock clock,
      Duration look,
      boolean giveUp) {
    this.look = look;
    this.giveUp = giveUp;
    this.name = name;
    this.engines = List.copyOf(engines);
    this.listener = listener;
    this.clock = clock;
  }

  /** A deployment from the call of load to its end. */
  private static final class Hosted {

    private @Nullable Thread loading;
    private volatile @Nullable LoadedModel model;
    private boolean gone;

    /** Whether the model is taken in; false when it was unloaded while it loaded. */
    synchronized boolean take(LoadedModel loaded) {
      if (gone) {
        return false;
      }
      model = loaded;
      return true;
    }

    synchronized @Nullable LoadedModel leave() {
      gone = true;
      LoadedModel left = model;
      model = null;
      return left;
    }
  }

  /**
   * Begins to load; returns at once. Loading a deployment that is loaded or loading is a defect.
   */
  public void load(Deployment deployment) {
    Hosted entry = new Hosted();
    if (hosted.putIfAbsent(deployment.id(), entry) != null) {
      throw new IllegalStateException("deployment " + deployment.id() + " is loaded already");
    }
    Thread loading =
        Thread.ofPlatform()
            .name("load-" + deployment.model())
            .daemon(true)
            .stackSize(LOADING_STACK_BYTES)
            .unstarted(() -> loadNow(deployment, entry));
    // Set before it starts: close() may come at once and must find it.
    entry.loading = loading;
    loading.start();
    LoadWatch.start(deployment.model(), loading, look, () -> hung(deployment));
  }

  private void hung(Deployment deployment) {
    String what = deployment.model() + " hangs while it is loaded";
    if (giveUp) {
      listener.lost(name, what);
    } else {
      Problem problem = Problem.of(ErrorCode.RUNTIME_FAILED, what);
      listener.unavailable(deployment.id(), name, problem);
    }
  }

  private void loadNow(Deployment deployment, Hosted entry) {
    LoadedModel loaded = null;
    Problem problem;
    try {
      loaded = engine(deployment).load(deployment);
      SampleRun.check(loaded, deployment, clock);
      if (entry.take(loaded)) {
        listener.ready(deployment.id(), name);
        return;
      }
      problem = Problem.of(ErrorCode.CANCELLED, deployment.model() + " was unloaded");
    } catch (ProblemException refused) {
      problem = refused.problem();
    } catch (RuntimeException | LinkageError | OutOfMemoryError defect) {
      LOG.error("{} could not be loaded", deployment.model(), defect);
      problem =
          Problem.of(
              ErrorCode.RUNTIME_FAILED, deployment.model() + " could not be loaded: " + defect);
    }
    hosted.remove(deployment.id(), entry);
    // Before the model is closed: a native library that hangs there would hide why it was refused.
    listener.unavailable(deployment.id(), name, problem);
    if (loaded != null) {
      loaded.close();
    }
  }

  private Engine engine(Deployment deployment) {
    for (Engine engine : engines) {
      if (engine.serves(deployment)) {
        return engine;
      }
    }
    throw new ProblemException(
        Problem.of(
            ErrorCode.UNSUPPORTED,
            deployment.model() + ": nothing here runs " + deployment.spec().runtime()));
  }

  @Override
  public void assign(Deployment deployment, List<Attempt> attempts) {
    Hosted entry = hosted.get(deployment.id());
    LoadedModel model = entry == null ? null : entry.model;
    if (model != null) {
      model.run(attempts, listener);
      return;
    }
    Problem problem =
        Problem.retryAfter(
            ErrorCode.MODEL_LOADING, deployment.model() + " is not loaded here", RETRY_MILLIS);
    attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
  }

  /** A lease is known to the one model that runs it; the others do not mind. */
  @Override
  public void cancel(long lease) {
    for (Hosted entry : hosted.values()) {
      LoadedModel model = entry.model;
      if (model != null) {
        model.cancel(lease);
      }
    }
  }

  /** Ends what runs there and frees its memory. Waits; not for loops. */
  public void unload(int deployment) {
    Hosted entry = hosted.remove(deployment);
    if (entry != null) {
      end(entry);
    }
  }

  private static void end(Hosted entry) {
    LoadedModel model = entry.leave();
    if (model != null) {
      model.close();
    }
  }

  /** Unloads all, and waits until nothing is loading. */
  @Override
  public void close() {
    for (Hosted entry : hosted.values()) {
      end(entry);
      Thread loading = entry.loading;
      try {
        if (loading != null) {
          loading.join();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    hosted.clear();
  }
}
