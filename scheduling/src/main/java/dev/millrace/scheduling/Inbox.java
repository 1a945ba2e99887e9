package dev.millrace.scheduling;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.Wakeup;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way into a pool, for any thread; only the pool's thread takes out. Nothing here waits.
 *
 * <p>Commands lie in a linked queue, which is bounded by what sends them: arrivals by the lanes'
 * places, cancels by one a task, the rest by runtimes coming and going.
 *
 * <p>Reports lie in a bounded mailbox. When it is full, the report is dropped and its lease is
 * <em>overrun</em>: all its later reports are dropped too, so that no token is missing between two
 * others, and the pool gives the task a new attempt that extends what is recorded. Only that such a
 * lease ended is kept, since its slot is free then.
 *
 * <p>Order: reports of one thread stay in order among themselves, commands too; between the two
 * there is none, and none is needed: what a report finds without a live lease is dropped.
 */
final class Inbox implements ModelRuntime.Listener {

  private final Queue<Command> commands = new ConcurrentLinkedQueue<>();
  private final Mailbox<Report> reports;
  private final Map<Long, Boolean> overrun = new ConcurrentHashMap<>();
  private final Map<String, Long> beats = new ConcurrentHashMap<>();
  private final Wakeup owner;
  private final Clock clock;

  Inbox(int reportCapacity, Wakeup owner, Clock clock) {
    this.reports = new Mailbox<>(reportCapacity, owner);
    this.owner = owner;
    this.clock = clock;
  }

  void send(Command command) {
    commands.add(command);
    owner.wake();
  }

  @Override
  public void ready(int deployment, String runtimeName) {
    send(new Command.Ready(deployment, runtimeName));
  }

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {
    send(new Command.Unavailable(deployment, runtimeName, problem));
  }

  @Override
  public void lost(String runtimeName, String reason) {
    send(new Command.Lost(runtimeName, reason));
  }

  /** Needs no wake-up: the pool looks when a lease would run out. */
  @Override
  public void heartbeat(String runtimeName) {
    beats.put(runtimeName, clock.nanoTime());
  }

  @Override
  public void started(long lease) {
    report(new Report.Started(lease));
  }

  @Override
  public void token(long lease, int id, String text) {
    report(new Report.Token(lease, new StreamEvent.Token(id, text)));
  }

  @Override
  public void restarted(long lease) {
    report(new Report.Restarted(lease));
  }

  @Override
  public void done(long lease, ModelRuntime.Result result) {
    report(new Report.Done(lease, result));
  }

  @Override
  public void failed(long lease, Problem problem) {
    report(new Report.Failed(lease, problem));
  }

  private void report(Report report) {
    boolean late = !overrun.isEmpty() && overrun.containsKey(report.lease());
    if (late || !reports.offer(report)) {
      overrun.merge(report.lease(), report.last(), Boolean::logicalOr);
      owner.wake();
    }
  }

  int takeCommands(Consumer<Command> handler, int limit) {
    int done = 0;
    for (Command command; done < limit && (command = commands.poll()) != null; done++) {
      handler.accept(command);
    }
    return done;
  }

  int takeReports(Consumer<Report> handler, int limit) {
    return reports.drain(handler, limit);
  }

  /** Leases with dropped reports, and whether each has ended since. Live; for the owner. */
  Map<Long, Boolean> overrun() {
    return overrun;
  }

  /** The newest heartbeat of a runtime, or null when there was none. */
  @Nullable Long lastBeat(String runtimeName) {
    return beats.get(runtimeName);
  }

  void forgetBeats(String runtimeName) {
    beats.remove(runtimeName);
  }
}
