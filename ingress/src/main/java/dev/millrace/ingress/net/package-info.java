/**
 * Below Vert.x: what its options do not reach. A transport that puts a handler of ours in front of
 * each accepted connection, and the way to take one over. Threads: Netty's event loops. Start
 * reading at {@link dev.millrace.ingress.net.GuardedTransport}.
 */
@NullMarked
package dev.millrace.ingress.net;

import org.jspecify.annotations.NullMarked;
