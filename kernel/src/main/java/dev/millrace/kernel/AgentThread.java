package dev.millrace.kernel;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns one {@link Agent} on a platform thread of its own until closed.
 *
 * <p>Rest: a turn that did nothing parks the thread until the agent's next deadline or a {@link
 * #wake()}. A wake-up that comes between the last look and the park is not lost, because the flag
 * is raised before the last look.
 *
 * <p>A turn that throws is a defect: it is given to the failure handler, and the thread ends.
 */
public final class AgentThread implements Wakeup, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);

  private final Clock clock;
  private final FailureHandler onFailure;
  private final RestFlag resting = new RestFlag();
  private volatile boolean closing;
  private volatile @Nullable Thread thread;

  /** What is done when an agent's turn throws: production stops the node loudly. */
  @FunctionalInterface
  public interface FailureHandler {
    void failed(String agentName, Throwable failure);
  }

  public AgentThread(Clock clock, FailureHandler onFailure) {
    this.clock = clock;
    this.onFailure = onFailure;
  }

  /** Starts to turn the agent. Once. */
  public void start(Agent agent) {
    if (thread != null) {
      throw new IllegalStateException("already turns an agent");
    }
    Thread started =
        Thread.ofPlatform().name(agent.name()).daemon(true).unstarted(() -> run(agent));
    thread = started;
    started.start();
  }

  private void run(Agent agent) {
    try {
      while (!closing) {
        if (agent.turn(clock.nanoTime()) == 0) {
          rest(agent);
        }
      }
    } catch (Throwable failure) {
      LOG.error("agent {} failed", agent.name(), failure);
      onFailure.failed(agent.name(), failure);
    } finally {
      agent.closed();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a hint for speed; nothing relies on it
  private void rest(Agent agent) {
    // On a busy core whoever feeds this agent wants to run as well: let it, and take what it sends
    // as one batch, instead of one sleep and one wake-up for each message.
    Thread.yield();
    if (agent.turn(clock.nanoTime()) != 0) {
      return;
    }
    resting.raise();
    // The second look: whoever offered before the flag was up did not wake us.
    long now = clock.nanoTime();
    if (agent.turn(now) == 0 && !closing) {
      long wait = agent.nextDeadline() - now;
      if (agent.nextDeadline() == Long.MAX_VALUE) {
        if (resting.isUp()) {
          LockSupport.park(this);
        }
      } else if (wait > 0 && resting.isUp()) {
        LockSupport.parkNanos(this, wait);
      }
    }
    resting.lower();
  }

  @Override
  public void wake() {
    if (resting.take()) {
      LockSupport.unpark(thread);
    }
  }

  /** Ends after the running turn; waits at most five seconds for the thread to end. */
  @Override
  public void close() {
    closing = true;
    Thread running = thread;
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    resting.lower();
    LockSupport.unpark(running);
    try {
      if (!running.join(Duration.ofSeconds(5))) {
        LOG.warn("{} did not end within 5 s", running.getName());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
