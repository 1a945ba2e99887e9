package dev.millrace.runtime.sim;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulated model behind the port of every runtime, in the node's own process. See {@link
 * SimModel} for its input: the first token comes one interval after the start (and after the
 * service time, which the wait for a burner counts to), the end with the last token; an attempt
 * with recorded ids goes on after them.
 */
public final class SimRuntime implements ModelRuntime, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SimRuntime.class);
  private static final long RETRY_MILLIS = 1_000;
  private static final long FULL_MAILBOX_NANOS = 1_000_000;

  private final SimSettings settings;
  private final Listener listener;
  private final SimAgent agent;
  private final Burner burner;
  private final AgentThread thread;
  private volatile boolean closed;

  private SimRuntime(SimSettings settings, Clock clock, Listener listener, boolean byHand) {
    this.settings = settings;
    this.listener = listener;
    this.thread = new AgentThread(clock, this::agentFailed);
    this.burner = byHand ? new TimedBurner(clock) : new CpuBurner(settings.burners(), this::spent);
    this.agent = new SimAgent(settings, listener, clock.nanoTime(), thread, burner);
  }

  /** Starts the threads. */
  public static SimRuntime start(SimSettings settings, Clock clock, Listener listener) {
    SimRuntime runtime = new SimRuntime(settings, clock, listener, /* byHand= */ false);
    runtime.thread.start(runtime.agent);
    return runtime;
  }

  /**
   * Starts no thread: the caller turns {@link #agent} under a clock that it moves, and the same
   * moves give the same reports. Service time passes by that clock, and burns nothing.
   */
  public static SimRuntime turnedByHand(SimSettings settings, Clock clock, Listener listener) {
    return new SimRuntime(settings, clock, listener, /* byHand= */ true);
  }

  /** For a simulation's executor only; in production a thread turns it. */
  public Agent agent() {
    return agent;
  }

  /** Reports the deployment ready, if it is of the simulated kind. */
  public void load(Deployment deployment) {
    if (deployment.spec().runtime() == RuntimeKind.SIM) {
      listener.ready(deployment.id(), settings.name());
      return;
    }
    String found = deployment.model() + ": runtime " + deployment.spec().runtime();
    Problem problem = Problem.of(ErrorCode.UNSUPPORTED, found + " (expected: SIM)");
    listener.unavailable(deployment.id(), settings.name(), problem);
  }

  /** Nothing is held for a deployment; what runs of it goes on to its end. */
  public void unload(int deployment) {
    LOG.debug("{}: deployment {} taken out", settings.name(), deployment);
  }

  @Override
  public void assign(Deployment deployment, List<Attempt> attempts) {
    if (closed || !agent.begin(attempts)) {
      String message = "more than " + settings.capacity() + " simulated attempts at once";
      Problem problem = Problem.retryAfter(ErrorCode.OVERLOADED, message, RETRY_MILLIS);
      attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
    }
  }

  @Override
  public void cancel(long lease) {
    if (!agent.requestCancel(lease)) {
      LOG.warn("{}: the mailbox is full; lease {} runs to its end", settings.name(), lease);
    }
  }

  /** Ends what runs with {@code cancelled}, on the agent's thread. */
  @Override
  public void close() {
    closed = true;
    // The agent first: it still hands runs to the burner until its thread has ended.
    thread.close();
    burner.close();
  }

  private void spent(SimRun run) {
    // A burner may wait for room: it has nothing better to do.
    while (!closed && !agent.tellSpent(run)) {
      LockSupport.parkNanos(FULL_MAILBOX_NANOS);
    }
  }

  private void agentFailed(String agentName, Throwable failure) {
    closed = true;
    listener.lost(settings.name(), agentName + " failed: " + failure);
  }

  /** Service time that passes by the agent's own wheel. */
  private final class TimedBurner implements Burner {
    private final Clock clock;

    TimedBurner(Clock clock) {
      this.clock = clock;
    }

    @Override
    public void burn(SimRun run) {
      agent.set(run, clock.nanoTime() + run.serviceNanos());
    }

    @Override
    public void close() {}
  }
}
