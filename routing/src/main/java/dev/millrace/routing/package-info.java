/**
 * Chooses what runs a task: task and snapshot in, a plan out, handed to the dispatcher. A task that
 * nothing can run ends here, visibly.
 *
 * <p>Threads: none of its own; any thread calls. Not here: lanes, attempts, models. Start reading
 * at {@link dev.millrace.routing.Router}.
 */
@NullMarked
package dev.millrace.routing;

import org.jspecify.annotations.NullMarked;
