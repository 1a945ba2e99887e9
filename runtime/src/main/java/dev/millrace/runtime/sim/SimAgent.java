package dev.millrace.runtime.sim;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.timer.TimerWheel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Owns every running attempt of the simulated model and reports on them.
 *
 * <p>Ownership: any thread may call {@link #begin}, {@link #requestCancel} and {@link #tellSpent};
 * all else belongs to the thread that turns it. Everything due in one tick is reported in one turn.
 */
final class SimAgent implements Agent {

  /** Tokens of one attempt in one firing, so that an interval of 0 leaves room for others. */
  static final int BURST = 512;

  private static final int MAILBOX = 1 << 18;
  private static final int COMMANDS_PER_TURN = 4_096;
  private static final int SLOTS = 16_384;
  private static final long TICK_NANOS = 1_000_000;
  private static final long HEARTBEAT_NANOS = 1_000_000_000;

  /** What others ask of the agent. */
  private sealed interface Command {
    record Begin(List<Attempt> attempts) implements Command {}

    record Cancel(long lease) implements Command {}

    record Spent(SimRun run) implements Command {}
  }

  private final Mailbox<Command> mailbox;
  private final AtomicInteger admitted = new AtomicInteger();
  private final TimerWheel timers;
  private final Map<Long, SimRun> runs = new HashMap<>();
  private final Listener listener;
  private final Burner burner;
  private final String runtimeName;
  private final int capacity;
  private final long seed;

  SimAgent(SimSettings settings, Listener listener, long nowNanos, Wakeup owner, Burner burner) {
    this.mailbox = new Mailbox<>(MAILBOX, owner);
    this.timers = new TimerWheel(TICK_NANOS, SLOTS, nowNanos);
    this.listener = listener;
    this.burner = burner;
    this.runtimeName = settings.name();
    this.capacity = settings.capacity();
    this.seed = settings.seed();
    timers.set(new Heartbeat(), nowNanos + HEARTBEAT_NANOS);
  }

  /** False when that would be more attempts than there is room for; nothing was begun then. */
  boolean begin(List<Attempt> attempts) {
    if (admitted.addAndGet(attempts.size()) <= capacity
        && mailbox.offer(new Command.Begin(attempts))) {
      return true;
    }
    admitted.addAndGet(-attempts.size());
    return false;
  }

  boolean requestCancel(long lease) {
    return mailbox.offer(new Command.Cancel(lease));
  }

  boolean tellSpent(SimRun run) {
    return mailbox.offer(new Command.Spent(run));
  }

  @Override
  public String name() {
    return runtimeName;
  }

  @Override
  public int turn(long nowNanos) {
    int done = mailbox.drain(command -> handle(command, nowNanos), COMMANDS_PER_TURN);
    return done + timers.fire(nowNanos);
  }

  @Override
  public long nextDeadline() {
    return timers.nextDeadline();
  }

  @Override
  public void closed() {
    for (SimRun run : List.copyOf(runs.values())) {
      end(run);
      listener.failed(run.lease(), Problem.of(ErrorCode.CANCELLED, "the runtime was closed"));
    }
  }

  private void handle(Command command, long nowNanos) {
    switch (command) {
      case Command.Begin(var attempts) -> attempts.forEach(attempt -> start(attempt, nowNanos));
      case Command.Cancel(var lease) -> cancel(lease);
      case Command.Spent(var run) -> spent(run, nowNanos);
    }
  }

  private void start(Attempt attempt, long nowNanos) {
    SimRun run;
    try {
      var request = SimRequest.parse(attempt.task().input());
      run = new SimRun(this, attempt, request, seed);
    } catch (ProblemException refused) {
      admitted.decrementAndGet();
      listener.failed(attempt.lease(), refused.problem());
      return;
    }
    runs.put(run.lease(), run);
    listener.started(run.lease());
    if (run.serviceNanos() > 0) {
      burner.burn(run);
    } else {
      run.pace(nowNanos);
    }
  }

  private void cancel(long lease) {
    SimRun run = runs.get(lease);
    if (run != null) {
      end(run);
      listener.failed(lease, Problem.of(ErrorCode.CANCELLED, "cancelled"));
    }
  }

  /** The service time is spent; a run that ended meanwhile stays ended. */
  void spent(SimRun run, long nowNanos) {
    if (!run.ended()) {
      run.pace(nowNanos);
    }
  }

  void set(TimerWheel.Timer timer, long atNanos) {
    timers.set(timer, atNanos);
  }

  void token(SimRun run, int index) {
    listener.token(run.lease(), index, SimWords.at(index));
  }

  void fail(SimRun run) {
    end(run);
    listener.failed(run.lease(), Problem.of(ErrorCode.RUNTIME_FAILED, "a simulated failure"));
  }

  void finish(SimRun run) {
    end(run);
    Usage usage = new Usage(0, run.made());
    listener.done(run.lease(), new Result("stop", usage, List.of(), List.of()));
  }

  private void end(SimRun run) {
    run.end();
    timers.cancel(run);
    runs.remove(run.lease());
    admitted.decrementAndGet();
  }

  /** Renews the leases, as a worker's heartbeat does. */
  private final class Heartbeat extends TimerWheel.Timer {
    @Override
    protected void fired(long nowNanos) {
      listener.heartbeat(runtimeName);
      timers.set(this, nowNanos + HEARTBEAT_NANOS);
    }
  }
}
