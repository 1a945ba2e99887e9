/**
 * The worker protocol: frames of at most 64 MiB, each an int length, a type byte and flat content,
 * little-endian, over one Unix domain socket a worker. In and out: {@link
 * dev.millrace.runtime.worker.wire.Frame}s.
 *
 * <p>Order: the worker says {@code Hello} with its version and the one-time secret; the node says
 * {@code Welcome} or {@code Refused}. Then the node sends {@code Deploy}, {@code Undeploy}, {@code
 * Assign}, {@code Cancel}, {@code Credit}, at last {@code Drain}; the worker sends {@code Ready} or
 * {@code Unavailable} a deployment, {@code Started}, {@code Token}s, perhaps {@code Restarted}, and
 * {@code Done} or {@code Failed} a lease, {@code Heartbeat}s, at last {@code Bye}. The worker may
 * have so many unacknowledged tokens as it has credits. What breaks the format or the order closes
 * that connection.
 *
 * <p>Threads: a connection has one writer thread of its own and is read by its owner's; anybody may
 * offer a frame. Not here: processes, leases, models. Start reading at {@code Connection}.
 */
@NullMarked
package dev.millrace.runtime.worker.wire;

import org.jspecify.annotations.NullMarked;
