/**
 * One client's call: a request made into a task, submitted, and its stream followed at the client's
 * pace. What all doors share and no door owns.
 *
 * <p>In: a {@link dev.millrace.ingress.call.TaskRequest} from a door. Out: events to the door's
 * {@link dev.millrace.ingress.call.Call.Reader}. Threads: the event loop that the call began on.
 */
@NullMarked
package dev.millrace.ingress.call;

import org.jspecify.annotations.NullMarked;
