/**
 * The kernel's ports as a simulation and the tests see them: time that is moved, a disk that
 * forgets. Ships, since the simulation of the whole line runs on it. One thread owns each of these.
 */
@NullMarked
package dev.millrace.kernel.sim;

import org.jspecify.annotations.NullMarked;
