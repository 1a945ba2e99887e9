package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Mailbox;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.llama.port.LanguageModel;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model: the way in for attempts and cancels, and the agent that decodes.
 *
 * <p>Ownership: any thread may {@link #run} and {@link #cancel}; everything else belongs to the
 * agent's thread, which may be a test's.
 */
final class LlamaModel implements LoadedModel, Agent {

  private static final Logger LOG = LoggerFactory.getLogger(LlamaModel.class);
  private static final int MAILBOX = 1_024;
  private static final int RETRY_MILLIS = 100;

  private final Deployment deployment;
  private final LanguageModel model;
  private final Clock clock;
  private final AgentThread thread;
  private final Mailbox<Sequence> arriving;
  private final ConcurrentMap<Long, Sequence> known = new ConcurrentHashMap<>();
  private final DecodeLoop loop;
  private volatile boolean closed;

  LlamaModel(Deployment deployment, LanguageModel model, PromptEncoder prompts, Clock clock) {
    this.deployment = deployment;
    this.model = model;
    this.clock = clock;
    this.thread = new AgentThread(clock, this::failed);
    this.arriving = new Mailbox<>(MAILBOX, thread);
    this.loop =
        new DecodeLoop(
            model, prompts, Math.max(1, deployment.concurrency()), clock, this::refuse, this::end);
  }

  void start() {
    thread.start(this);
  }

  private void failed(String agent, Throwable failure) {
    LOG.error("{} ended", agent, failure);
    closed = true;
  }

  @Override
  public String name() {
    return "llama-" + deployment.model();
  }

  @Override
  public void run(List<Attempt> attempts, Listener listener) {
    long now = clock.nanoTime();
    for (Attempt attempt : attempts) {
      long remaining = Math.min(Math.max(0, attempt.remainingMillis()), 1L << 40);
      Sequence sequence = new Sequence(attempt, listener, now + remaining * 1_000_000);
      known.put(attempt.lease(), sequence);
      if (closed) {
        refuse(sequence, unloaded());
      } else if (!arriving.offer(sequence)) {
        refuse(
            sequence,
            Problem.retryAfter(
                ErrorCode.OVERLOADED, deployment.model() + ": too many wait", RETRY_MILLIS));
      } else if (closed) {
        // The agent may have looked into its mailbox for the last time just before the offer.
        refuse(sequence, unloaded());
      }
    }
  }

  /** Whoever takes the lease out of the map reports its end; nobody else does. */
  private void refuse(Sequence sequence, Problem problem) {
    if (known.remove(sequence.lease(), sequence)) {
      sequence.fail(problem);
    }
  }

  /** The lease may be another's by now: its end was told before this. */
  private void end(Sequence sequence) {
    known.remove(sequence.lease(), sequence);
  }

  private Problem unloaded() {
    return Problem.of(ErrorCode.CANCELLED, deployment.model() + " was unloaded");
  }

  @Override
  public void cancel(long lease) {
    Sequence sequence = known.get(lease);
    if (sequence != null) {
      sequence.cancel();
      thread.wake();
    }
  }

  @Override
  public int turn(long nowNanos) {
    int work = arriving.drain(loop::arrive, MAILBOX);
    try {
      return work + loop.step(nowNanos);
    } catch (ProblemException failed) {
      LOG.error("{}: a decode step failed: {}", deployment.model(), failed.getMessage());
      loop.failAll(failed.problem());
      return work + 1;
    }
  }

  /** Tokens that were copied from other sequences instead of decoded. */
  long reusedTokens() {
    return loop.reusedTokens();
  }

  @Override
  public void closed() {
    closed = true;
    Sequence late;
    while ((late = arriving.poll()) != null) {
      loop.arrive(late);
    }
    loop.failAll(unloaded());
    model.close();
  }

  @Override
  public void close() {
    closed = true;
    thread.close();
  }
}
