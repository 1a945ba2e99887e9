/**
 * The doors: bytes to tasks, events to bytes, on event loops that never wait. The only module that
 * knows the network library.
 *
 * <p>In: sockets. Out: tasks to the line's first port, followers to its streams. Threads: event
 * loops of its own, each with its doors, its sockets and its ids; nothing is shared between loops
 * but the line's ports.
 *
 * <p>Not here: who may do what (the gate decides), queues, models. Start reading at {@link
 * dev.millrace.ingress.IngressServer}.
 */
@NullMarked
package dev.millrace.ingress;

import org.jspecify.annotations.NullMarked;
