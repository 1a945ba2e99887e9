/**
 * The simulated model {@code sim}: token pace, service time and failures as its input asks, for
 * sizing a box and for testing a load. In: attempts, through {@link
 * dev.millrace.runtime.sim.SimRuntime}; out: reports to a {@code ModelRuntime.Listener}.
 *
 * <p>Threads: one agent owns every running attempt and reports; a few burner threads do nothing but
 * burn. Under a virtual clock no thread is started and the agent is turned by hand.
 *
 * <p>Not here: files, native code, processes. Start reading at {@code SimAgent}.
 */
@NullMarked
package dev.millrace.runtime.sim;

import org.jspecify.annotations.NullMarked;
