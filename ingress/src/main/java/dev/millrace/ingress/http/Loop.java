package dev.millrace.ingress.http;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop as other threads see it: what they give runs there, in order, and a hundred gifts
 * cost one wake-up.
 *
 * <p>The queue has no bound of its own: readers of streams are in it at most once each, and
 * acknowledgements are bounded by what is in flight.
 */
public final class Loop {

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final int MOST_A_TURN = 1_024;

  /** For how long {@linkplain #gather gathered} work may wait for more of its kind. */
  private static final long GATHER_MICROS = 1_000;

  private final Context context;
  private final EventLoop timers;
  private final Thread thread;
  private final MpscUnboundedAtomicArrayQueue<Runnable> waiting =
      new MpscUnboundedAtomicArrayQueue<>(1_024);
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Handler<Void> turn = _ -> turn();
  private final MpscUnboundedAtomicArrayQueue<Runnable> gathered =
      new MpscUnboundedAtomicArrayQueue<>(1_024);
  private final AtomicBoolean gathering = new AtomicBoolean();
  private final Handler<Void> gatheredTurn = _ -> gatheredTurn();
  private final Runnable laterGatheredTurn = this::gatheredTurn;

  /** To be made on the loop itself. */
  public Loop(Context context) {
    this.context = context;
    this.timers = ((ContextInternal) context).nettyEventLoop();
    this.thread = Thread.currentThread();
  }

  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Runs the work on the loop; at once when this is the loop. Any thread. */
  public void execute(Runnable work) {
    if (isCurrent()) {
      work.run();
    } else {
      enqueue(work);
    }
  }

  /** Runs the work on the loop, never before this returns. Any thread. */
  public void enqueue(Runnable work) {
    waiting.offer(work);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      context.runOnContext(turn);
    }
  }

  /**
   * As {@link #enqueue}, but while such work comes in quick succession it runs once a millisecond,
   * all that has come since together: with thousands of open streams each frame would wake this
   * loop, and its client, alone (a quarter of the loop's time, docs/performance.md). Work that
   * comes alone does not wait. Any thread.
   */
  public void gather(Runnable work) {
    gathered.offer(work);
    if (!gathering.get() && gathering.compareAndSet(false, true)) {
      context.runOnContext(gatheredTurn);
    }
  }

  /** Runs the work when what runs now has ended. On the loop. */
  public void afterThis(Runnable work) {
    timers.execute(work);
  }

  private void turn() {
    // Down before the first look: whoever offers after the last look schedules anew.
    scheduled.set(false);
    if (drain(waiting) == MOST_A_TURN && scheduled.compareAndSet(false, true)) {
      context.runOnContext(turn);
    }
  }

  private void gatheredTurn() {
    int done = drain(gathered);
    if (done == MOST_A_TURN) {
      context.runOnContext(gatheredTurn);
    } else if (done > 0) {
      timers.schedule(laterGatheredTurn, GATHER_MICROS, TimeUnit.MICROSECONDS);
    } else {
      gathering.set(false);
      // The second look: whoever offered before the flag was down did not schedule.
      if (!gathered.isEmpty() && gathering.compareAndSet(false, true)) {
        context.runOnContext(gatheredTurn);
      }
    }
  }

  private static int drain(MpscUnboundedAtomicArrayQueue<Runnable> queue) {
    int done = 0;
    for (Runnable work; done < MOST_A_TURN && (work = queue.poll()) != null; done++) {
      try {
        work.run();
      } catch (RuntimeException defect) {
        LOG.error("work on an event loop failed", defect);
      }
    }
    return done;
  }
}
