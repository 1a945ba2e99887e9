package dev.millrace.ingress.http;

import io.vertx.core.Context;
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

  private final Context context;
  private final Thread thread;
  private final MpscUnboundedAtomicArrayQueue<Runnable> waiting =
      new MpscUnboundedAtomicArrayQueue<>(1_024);
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** To be made on the loop itself. */
  public Loop(Context context) {
    this.context = context;
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
      context.runOnContext(_ -> turn());
    }
  }

  private void turn() {
    // Down before the first look: whoever offers after the last look schedules anew.
    scheduled.set(false);
    int done = 0;
    for (Runnable work; done < MOST_A_TURN && (work = waiting.poll()) != null; done++) {
      try {
        work.run();
      } catch (RuntimeException defect) {
        LOG.error("work on an event loop failed", defect);
      }
    }
    if (done == MOST_A_TURN && scheduled.compareAndSet(false, true)) {
      context.runOnContext(_ -> turn());
    }
  }
}
