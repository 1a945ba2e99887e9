/**
 * The load generator that ships: {@code bench ws}, {@code http}, {@code sse} and {@code grpc}.
 *
 * <p>In: options ({@link BenchCommand}). Out: requests at a running node, and a report as a table
 * or as JSON. It runs in a process of its own, so that the node is measured and not the generator.
 *
 * <p>Open loop: every request has a time at which it is due ({@link Schedule}), and its latency
 * counts from then, sent late or not. A server that stalls cannot hide the requests that it kept
 * from being sent. What never gets an answer enters the percentiles with the time it waited.
 *
 * <p>Threads: one event loop owns all sockets and all state of a run; the caller's thread prints
 * progress and waits. {@link WsLoad}, {@link SseLoad} and {@link HttpLoad} (gRPC's too) know no
 * socket and no clock: they are told the time, so tests move it.
 *
 * <p>Not here: the client verbs, model inputs beyond a few templates, Vert.x. Start reading at
 * {@link WsLoad}, then {@link WsRun}.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
