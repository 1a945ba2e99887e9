package dev.millrace.runtime.decoder;

import ai.onnxruntime.OrtException;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.Arrivals;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.text.PieceTokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded generator: one agent that steps all live sequences in turn.
 *
 * <p>Ownership: any thread may {@link #run} and {@link #cancel}; everything else belongs to the
 * agent's thread. Sequences beyond the deployment's concurrency wait in arrival order.
 */
final class DecoderModel implements LoadedModel, Agent {

  private static final Logger LOG = LoggerFactory.getLogger(DecoderModel.class);

  private final Deployment deployment;
  private final KvModel model;
  private final PieceTokenizer tokenizer;
  private final Clock clock;
  private final AgentThread thread;
  private final Arrivals<Sequence> arrivals;
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final List<Sequence> live = new ArrayList<>();
  private final float[] logits;

  DecoderModel(Deployment deployment, KvModel model, PieceTokenizer tokenizer, Clock clock) {
    this.deployment = deployment;
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.logits = new float[model.vocabulary()];
    this.thread = new AgentThread(clock, this::failed);
    this.arrivals = new Arrivals<>(deployment.model(), clock, thread, Sequence::new);
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
    return "decode-" + deployment.model();
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
    int work = arrivals.drain(waiting::add);
    work += dropStopped(waiting, nowNanos);
    while (live.size() < Math.max(1, deployment.concurrency()) && !waiting.isEmpty()) {
      begin(waiting.poll());
      work++;
    }
    for (Iterator<Sequence> each = live.iterator(); each.hasNext(); work++) {
      Sequence sequence = each.next();
      if (!step(sequence)) {
        each.remove();
        sequence.close();
        arrivals.forget(sequence);
      }
    }
    return work;
  }

  private int dropStopped(Deque<Sequence> sequences, long nowNanos) {
    int before = sequences.size();
    sequences.removeIf(
        sequence -> {
          Problem problem = sequence.stopped(nowNanos);
          if (problem == null) {
            return false;
          }
          arrivals.refuse(sequence, problem);
          return true;
        });
    return before - sequences.size();
  }

  private void begin(Sequence sequence) {
    try {
      if (sequence.begin(tokenizer, deployment.spec().context())) {
        live.add(sequence);
      } else {
        arrivals.forget(sequence);
      }
    } catch (ProblemException invalid) {
      arrivals.refuse(sequence, invalid.problem());
    }
  }

  /** Whether the sequence goes on. */
  private boolean step(Sequence sequence) {
    // The clock is read for each one: a turn over many sequences takes longer than a deadline may.
    Problem problem = sequence.stopped(clock.nanoTime());
    if (problem == null) {
      try {
        return sequence.step(model, logits);
      } catch (OrtException failed) {
        LOG.error("{}: a decode step failed", deployment.model(), failed);
        problem = Problem.of(ErrorCode.RUNTIME_FAILED, "the model failed in decoding");
      }
    }
    arrivals.refuse(sequence, problem);
    return false;
  }

  @Override
  public void closed() {
    arrivals.close();
    Sequence late;
    while ((late = arrivals.poll()) != null) {
      waiting.add(late);
    }
    waiting.forEach(sequence -> arrivals.refuse(sequence, arrivals.unloaded()));
    for (Sequence sequence : live) {
      arrivals.refuse(sequence, arrivals.unloaded());
      sequence.close();
    }
    waiting.clear();
    live.clear();
    model.close();
  }

  @Override
  public void close() {
    arrivals.close();
    thread.close();
  }
}
