/**
 * Virtual time, a simulated disk: the kernel's ports without the machine, with faults that are
 * chosen, not met. Every test and every simulation runs on them. They ship in the kernel so that
 * all modules share one set; production wires none of it.
 *
 * <p>Threads: one, the test's. Start reading at {@link dev.millrace.kernel.sim.VirtualClock} and
 * {@link dev.millrace.kernel.sim.SimulatedDisk}.
 */
@NullMarked
package dev.millrace.kernel.sim;

import org.jspecify.annotations.NullMarked;
