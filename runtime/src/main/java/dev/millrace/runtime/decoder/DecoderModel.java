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
import dev.millrace.kernel.Mailbox;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.text.PieceTokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
  private static final int MAILBOX = 1_024;
  private static final int RETRY_MILLIS = 100;

  private final Deployment deployment;
  private final KvModel model;
  private final PieceTokenizer tokenizer;
  private final Clock clock;
  private final AgentThread thread;
  private final Mailbox<Sequence> arriving;
  private final ConcurrentMap<Long, Sequence> known = new ConcurrentHashMap<>();
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final List<Sequence> live = new ArrayList<>();
  private final float[] logits;
  private volatile boolean closed;

  DecoderModel(Deployment deployment, KvModel model, PieceTokenizer tokenizer, Clock clock) {
    this.deployment = deployment;
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.logits = new float[model.vocabulary()];
    this.thread = new AgentThread(clock, this::failed);
    this.arriving = new Mailbox<>(MAILBOX, thread);
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
    return "decode-" + deployment.model();
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
  private void forget(Sequence sequence) {
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
    int work = arriving.drain(waiting::add, MAILBOX);
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
        forget(sequence);
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
          refuse(sequence, problem);
          return true;
        });
    return before - sequences.size();
  }

  private void begin(Sequence sequence) {
    try {
      if (sequence.begin(tokenizer, deployment.spec().context())) {
        live.add(sequence);
      } else {
        forget(sequence);
      }
    } catch (ProblemException invalid) {
      refuse(sequence, invalid.problem());
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
    refuse(sequence, problem);
    return false;
  }

  @Override
  public void closed() {
    closed = true;
    Sequence late;
    while ((late = arriving.poll()) != null) {
      waiting.add(late);
    }
    waiting.forEach(sequence -> refuse(sequence, unloaded()));
    for (Sequence sequence : live) {
      refuse(sequence, unloaded());
      sequence.close();
    }
    waiting.clear();
    live.clear();
    model.close();
  }

  @Override
  public void close() {
    closed = true;
    thread.close();
  }
}
