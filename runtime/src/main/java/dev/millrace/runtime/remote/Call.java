package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.runtime.remote.Fault.Again;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at other servers: a request to the least loaded replica and, where nothing was
 * streamed yet and the budget allows, one more. Ends with one report. Owned by the model's loop.
 */
final class Call implements UpstreamTry.Owner {

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int NO_ID = -1;

  private final RemoteModel model;
  private final Attempt attempt;
  private final UpstreamRequest request;
  private @Nullable UpstreamTry current;
  private @Nullable Answer answer;
  private @Nullable Fault first;
  private @Nullable Replica failed;
  private long sentNanos;
  private long heardNanos;
  private boolean paused;
  private boolean ended;

  Call(RemoteModel model, Attempt attempt, UpstreamRequest request) {
    this.model = model;
    this.attempt = attempt;
    this.request = request;
  }

  long lease() {
    return attempt.lease();
  }

  /** False when all replicas that could take it are full: it waits, and is asked again. */
  boolean go() {
    if (ended) {
      return true;
    }
    long now = model.now();
    Fault before = first;
    boolean orSame = before != null && before.again() == Again.ANYWHERE;
    Replica replica = model.replicas().choose(now, failed, orSame);
    if (replica != null) {
      send(replica, now);
      return true;
    }
    if (before != null) {
      end(before.problem());
      return true;
    }
    if (model.replicas().anyHealthy(now)) {
      return false;
    }
    end(
        Problem.retryAfter(
            ErrorCode.UPSTREAM_FAILED,
            "all servers of the model failed of late and are not asked for a while",
            model.replicas().soonestMillis(now)));
    return true;
  }

  private void send(Replica replica, long now) {
    sentNanos = now;
    heardNanos = now;
    answer = null;
    UpstreamTry next = new UpstreamTry(replica, this);
    current = next;
    model.send(next, request);
  }

  @Override
  public Answer answer(String contentType) {
    Answer made = request.answer(contentType, this::token);
    answer = made;
    return made;
  }

  private void token(String text) {
    Answer reading = answer;
    if (reading != null && !reading.streamed()) {
      model.meters().firstToken().record(model.now() - sentNanos);
    }
    model.listener().token(lease(), NO_ID, text);
  }

  @Override
  public void heard() {
    heardNanos = model.now();
  }

  @Override
  public void done(Result result) {
    if (current != null) {
      model.succeeded(current.replica);
      model.answered(current);
    }
    model.meters().succeeded().increment();
    close();
    model.listener().done(lease(), result);
  }

  @Override
  public void fault(Fault fault) {
    UpstreamTry over = current;
    current = null;
    if (over != null) {
      model.judge(over.replica, fault);
    }
    boolean untouched = answer == null || !answer.streamed();
    boolean again = first == null && untouched && fault.again() != Again.NOWHERE;
    if (!again || over == null || !model.budget().take()) {
      end(fault.problem());
      return;
    }
    first = fault;
    failed = over.replica;
    model.meters().retries().increment();
    go();
  }

  @Override
  public void freed(UpstreamTry which) {
    model.freed(which);
  }

  /** While paused nothing is read, and so the silence is ours. */
  void pace(boolean go) {
    paused = !go;
    heardNanos = model.now();
    if (current != null) {
      current.pace(go);
    }
  }

  /** Ends what keeps to no time-out. */
  void sweep(long nowNanos) {
    if (current == null || ended) {
      return;
    }
    RemoteSettings settings = model.settings();
    boolean begun = answer != null && answer.begun();
    if (!begun && nowNanos - sentNanos > settings.firstTokenMillis() * NANOS_PER_MILLI) {
      late("the upstream gave no first token within " + settings.firstTokenMillis() + " ms");
    } else if (begun
        && !paused
        && nowNanos - heardNanos > settings.idleMillis() * NANOS_PER_MILLI) {
      late("the upstream was silent for " + settings.idleMillis() + " ms in mid-answer");
    }
  }

  private void late(String what) {
    if (current != null) {
      current.abandon();
    }
    fault(Faults.late(what));
  }

  void cancel() {
    if (!ended) {
      model.meters().cancelled().increment();
      UpstreamTry running = current;
      close();
      if (running != null) {
        running.abandon();
      }
      model.listener().failed(lease(), Problem.of(ErrorCode.CANCELLED, "cancelled"));
    }
  }

  private void end(Problem problem) {
    model.meters().failed().increment();
    close();
    model.listener().failed(lease(), problem);
  }

  private void close() {
    ended = true;
    current = null;
    model.ended(this);
  }
}
