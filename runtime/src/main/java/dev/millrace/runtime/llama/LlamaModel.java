package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.Arrivals;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.llama.port.LanguageModel;
import java.util.List;
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

  private final Deployment deployment;
  private final LanguageModel model;
  private final AgentThread thread;
  private final Arrivals<Sequence> arrivals;
  private final DecodeLoop loop;

  LlamaModel(Deployment deployment, LanguageModel model, PromptEncoder prompts, Clock clock) {
    this.deployment = deployment;
    this.model = model;
    this.thread = new AgentThread(clock, this::failed);
    this.arrivals = new Arrivals<>(deployment.model(), clock, thread, Sequence::new);
    this.loop =
        new DecodeLoop(
            model,
            prompts,
            Math.max(1, deployment.concurrency()),
            clock,
            arrivals::refuse,
            arrivals::forget);
  }

  void start() {
    thread.start(this);
  }

  private void failed(String agent, Throwable failure) {
    LOG.error("{} ended", agent, failure);
    arrivals.close();
  }

  @Override
  public String name() {
    return "llama-" + deployment.model();
  }

  @Override
  public void run(List<Attempt> attempts, Listener listener) {
    arrivals.run(attempts, listener);
  }

  @Override
  public void cancel(long lease) {
    arrivals.cancel(lease);
  }

  @Override
  public int turn(long nowNanos) {
    int work = arrivals.drain(loop::arrive);
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
    arrivals.close();
    Sequence late;
    while ((late = arrivals.poll()) != null) {
      loop.arrive(late);
    }
    loop.failAll(arrivals.unloaded());
    model.close();
  }

  @Override
  public void close() {
    arrivals.close();
    thread.close();
  }
}
