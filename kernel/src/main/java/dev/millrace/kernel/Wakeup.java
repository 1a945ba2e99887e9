package dev.millrace.kernel;

/** Tells the owner of a mailbox that there is something to do. Any thread; cheap when awake. */
@FunctionalInterface
public interface Wakeup {

  void wake();
}
