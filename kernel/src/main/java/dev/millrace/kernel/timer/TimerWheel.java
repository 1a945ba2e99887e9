package dev.millrace.kernel.timer;

import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hashed wheel of timers (Varghese and Lauck, 1987, scheme 6) for one owner thread.
 *
 * <p>Setting and cancelling cost a few writes to a doubly linked list; a timer fires at the first
 * {@link #fire} at or after its tick, never before its time and at most one tick late plus the
 * owner's own delay. Not thread-safe: everything is called by the owner.
 */
public final class TimerWheel {

  private final long tickNanos;
  private final int mask;
  private final Timer[] slots;
  private final BitSet occupied;
  private final long startNanos;
  private long currentTick;
  private boolean firing;
  private int size;

  /**
   * @param tickNanos the wheel's resolution
   * @param slotCount how many ticks one turn of the wheel has, rounded up to a power of two
   * @param nowNanos the owner's clock
   */
  public TimerWheel(long tickNanos, int slotCount, long nowNanos) {
    int count = Integer.highestOneBit(Math.max(2, slotCount) - 1) << 1;
    this.tickNanos = tickNanos;
    this.mask = count - 1;
    this.startNanos = nowNanos;
    this.slots = new Timer[count];
    this.occupied = new BitSet(count);
    for (int i = 0; i < count; i++) {
      slots[i] = new Head();
    }
  }

  /** A millisecond wheel of 4,096 slots. */
  public static TimerWheel millis(long nowNanos) {
    return new TimerWheel(1_000_000, 4_096, nowNanos);
  }

  /**
   * Sets the timer, which must not be set already. A time that is past fires at the next call; set
   * from a timer that fires, it waits for the next tick, so that no timer can hold the owner.
   */
  public void set(Timer timer, long atNanos) {
    if (timer.previous != null) {
      throw new IllegalStateException("the timer is set already");
    }
    long earliest = firing ? currentTick + 1 : currentTick;
    long tick = Math.max(earliest, Math.ceilDiv(atNanos - startNanos, tickNanos));
    timer.tick = tick;
    int slot = (int) tick & mask;
    occupied.set(slot);
    Timer head = slots[slot];
    Timer last = head.previous();
    last.next = timer;
    timer.previous = last;
    timer.next = head;
    head.previous = timer;
    size++;
  }

  /** Takes the timer out; nothing happens when it is not set. */
  public void cancel(Timer timer) {
    if (timer.previous != null) {
      unlink(timer);
    }
  }

  /** Fires what is due and says how many there were. A timer may set itself or others again. */
  public int fire(long nowNanos) {
    long nowTick = Math.floorDiv(nowNanos - startNanos, tickNanos);
    int fired = 0;
    // After a long rest one turn of the wheel visits every slot once; more would find nothing new.
    long from = Math.max(currentTick, nowTick - mask);
    currentTick = Math.max(currentTick, from);
    firing = true;
    try {
      for (long tick = from; tick <= nowTick; tick++) {
        currentTick = tick;
        fired += fireSlot((int) tick & mask, nowTick, nowNanos);
      }
    } finally {
      firing = false;
    }
    return fired;
  }

  private int fireSlot(int slot, long nowTick, long nowNanos) {
    if (!occupied.get(slot)) {
      return 0;
    }
    Timer head = slots[slot];
    int fired = 0;
    Timer timer = head.next();
    while (timer != head) {
      Timer next = timer.next();
      if (timer.tick <= nowTick) {
        unlink(timer);
        fired++;
        timer.fired(nowNanos);
        // The handler may have changed the list: begin again, what is left here is not yet seen.
        next = head.next();
      }
      timer = next;
    }
    if (head.next() == head) {
      occupied.clear(slot);
    }
    return fired;
  }

  /**
   * A time before which nothing is due; {@link Long#MAX_VALUE} when no timer is set. It may come a
   * few turns of the wheel early for a timer that is far away: one empty look is cheaper than a
   * search.
   */
  public long nextDeadline() {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    int from = (int) currentTick & mask;
    if (isDue(from)) {
      return startNanos + currentTick * tickNanos;
    }
    // What else stands in the current slot is whole turns away: the owner must be let to rest.
    int slot = occupied.nextSetBit(from + 1);
    if (slot < 0) {
      slot = occupied.nextSetBit(0);
    }
    int ahead = (slot - from) & mask;
    return startNanos + (currentTick + (ahead == 0 ? mask + 1 : ahead)) * tickNanos;
  }

  private boolean isDue(int slot) {
    Timer head = slots[slot];
    for (Timer timer = head.next(); timer != head; timer = timer.next()) {
      if (timer.tick <= currentTick) {
        return true;
      }
    }
    return false;
  }

  public int size() {
    return size;
  }

  private void unlink(Timer timer) {
    Timer before = timer.previous();
    Timer after = timer.next();
    before.next = after;
    after.previous = before;
    timer.previous = null;
    timer.next = null;
    size--;
  }

  /** One timer; what owns a deadline extends it, so that setting one allocates nothing. */
  public abstract static class Timer {
    private @Nullable Timer previous;
    private @Nullable Timer next;
    private long tick;

    /** The timer's time has come; on the owner's thread. */
    protected abstract void fired(long nowNanos);

    public final boolean isSet() {
      return previous != null;
    }

    private Timer previous() {
      return Objects.requireNonNull(previous);
    }

    private Timer next() {
      return Objects.requireNonNull(next);
    }
  }

  private static final class Head extends Timer {
    Head() {
      super.previous = this;
      super.next = this;
    }

    @Override
    protected void fired(long nowNanos) {}
  }
}
