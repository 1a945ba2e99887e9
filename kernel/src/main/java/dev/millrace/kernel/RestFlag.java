package dev.millrace.kernel;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How an owner that goes to rest and senders that bring it work find each other.
 *
 * <p>The owner raises the flag, looks once more for work, and rests if there is none. A sender
 * leaves its work first and then takes the flag. Either the owner's last look finds the work or the
 * sender finds the flag up; never neither ({@code RestFlagStress} in {@code verify}).
 */
public final class RestFlag {

  private final AtomicBoolean up = new AtomicBoolean();

  /** The owner's, before its last look. */
  public void raise() {
    up.set(true);
  }

  /** The owner's: whether nobody has taken it yet. */
  public boolean isUp() {
    return up.get();
  }

  /** The owner's, when it works again. */
  public void lower() {
    up.set(false);
  }

  /** A sender's, after its work is left: true when it is the one who must wake the owner. */
  public boolean take() {
    // A queue publishes its element with an ordered store, which may still wait in this core's
    // buffer when the flag is read; then both sides would miss each other.
    VarHandle.fullFence();
    return up.get() && up.compareAndSet(true, false);
  }
}
