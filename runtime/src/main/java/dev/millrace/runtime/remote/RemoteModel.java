package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Clock;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One deployment on its loop: its replicas, the calls that run, those that wait for room (never
 * more than the deployment's concurrency in all, for the pool assigns no more).
 */
final class RemoteModel {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteModel.class);
  private static final long LINGER_NANOS = 1_000_000_000L;

  private final Deployment deployment;
  private final RemoteSettings settings;
  private final RequestHeads heads;
  private final Context context;
  private final HttpClient client;
  private final Listener listener;
  private final Clock clock;
  private final RemoteMeters meters;
  private final Replicas replicas;
  private final RetryBudget budget = new RetryBudget();
  private final Map<Long, Call> running = new HashMap<>();
  private final Deque<Call> waiting = new ArrayDeque<>();

  /** Answered, but the connection is not free yet; with when it is closed for that. */
  private final Map<UpstreamTry, Long> lingering = new HashMap<>();

  private @Nullable Runnable onIdle;

  RemoteModel(
      Deployment deployment,
      RemoteSettings settings,
      @Nullable String key,
      Context context,
      HttpClient client,
      Listener listener,
      Clock clock,
      RemoteMeters meters) {
    this.deployment = deployment;
    this.settings = settings;
    this.heads = new RequestHeads(key);
    this.context = context;
    this.client = client;
    this.listener = listener;
    this.clock = clock;
    this.meters = meters;
    this.replicas = new Replicas(settings.bases(), settings.connections());
  }

  /** Any thread. */
  void assign(List<Attempt> attempts) {
    context.runOnContext(_ -> attempts.forEach(this::begin));
  }

  /** Any thread. */
  void cancel(long lease) {
    context.runOnContext(
        _ -> {
          Call call = running.get(lease);
          if (call != null) {
            call.cancel();
          }
        });
  }

  /** Any thread. */
  void pace(long lease, boolean go) {
    context.runOnContext(
        _ -> {
          Call call = running.get(lease);
          if (call != null) {
            call.pace(go);
          }
        });
  }

  boolean livesOn(Context loop) {
    return context == loop;
  }

  /**
   * Any thread: what runs goes on to its end, then the connections are closed.
   *
   * @param whenIdle called on the loop after that
   */
  void unload(Runnable whenIdle) {
    context.runOnContext(
        _ -> {
          onIdle = whenIdle;
          closeWhenIdle();
        });
  }

  /** Any thread: what runs ends as cancelled. */
  void stop() {
    context.runOnContext(_ -> List.copyOf(running.values()).forEach(Call::cancel));
  }

  private void begin(Attempt attempt) {
    listener.started(attempt.lease());
    boolean generates = deployment.spec().generates();
    UpstreamRequest request;
    try {
      request =
          generates
              ? RequestWriter.completion(attempt.task().input(), settings.model())
              : RequestWriter.embedding(attempt.task().input(), settings.model());
    } catch (ProblemException refused) {
      listener.failed(attempt.lease(), refused.problem());
      return;
    }
    if (generates && attempt.recordedIds().length > 0) {
      // Such a server has no ids to go on from: the answer begins anew, and readers are told.
      listener.restarted(attempt.lease());
    }
    budget.requested();
    Call call = new Call(this, attempt, request);
    running.put(attempt.lease(), call);
    if (!waiting.isEmpty() || !call.go()) {
      waiting.add(call);
    }
  }

  void send(UpstreamTry next, UpstreamRequest request) {
    next.send(client, heads.of(next.replica.base, request.path()), Buffer.buffer(request.body()));
  }

  /** Time-outs, and whoever waits for a replica that is due to be tried again. */
  void sweep() {
    long now = clock.nanoTime();
    List.copyOf(running.values()).forEach(call -> call.sweep(now));
    for (Map.Entry<UpstreamTry, Long> each : List.copyOf(lingering.entrySet())) {
      if (now - each.getValue() > LINGER_NANOS) {
        each.getKey().abandon();
      }
    }
    letIn();
  }

  private void letIn() {
    for (Call next; (next = waiting.peek()) != null; ) {
      if (!next.go()) {
        return;
      }
      waiting.remove(next);
    }
  }

  void freed(UpstreamTry which) {
    lingering.remove(which);
    letIn();
    closeWhenIdle();
  }

  void answered(UpstreamTry which) {
    if (!which.isFreed()) {
      lingering.put(which, clock.nanoTime());
    }
  }

  void ended(Call call) {
    running.remove(call.lease());
    // One that was cancelled while it waited must not be held until its turn comes.
    waiting.remove(call);
    closeWhenIdle();
  }

  private void closeWhenIdle() {
    Runnable idle = onIdle;
    if (idle != null && running.isEmpty() && lingering.isEmpty()) {
      onIdle = null;
      client.close();
      idle.run();
    }
  }

  void succeeded(Replica replica) {
    if (replica.succeeded()) {
      LOG.info("{}: {} answers again", deployment.model(), replica.base);
    }
  }

  void judge(Replica replica, Fault fault) {
    if (!fault.ofReplica()) {
      succeeded(replica);
    } else if (replica.failed(clock.nanoTime())) {
      meters.asides().increment();
      LOG.warn(
          "{}: {} is put aside after {} failures, the last: {}",
          deployment.model(),
          replica.base,
          Replica.FAILURES,
          fault.problem().message());
    }
  }

  long now() {
    return clock.nanoTime();
  }

  Replicas replicas() {
    return replicas;
  }

  RetryBudget budget() {
    return budget;
  }

  RemoteSettings settings() {
    return settings;
  }

  RemoteMeters meters() {
    return meters;
  }

  Listener listener() {
    return listener;
  }
}
