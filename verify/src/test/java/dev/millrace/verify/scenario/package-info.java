/**
 * Scenarios with a real node: a process of its own with its worker processes, real models, real
 * sockets, and faults from outside: kill -9, SIGSTOP, a full disk, damaged files, bad input.
 *
 * <p>In: {@link dev.millrace.verify.node.NodeProcess} starts, kills and restarts a node; {@link
 * dev.millrace.verify.scenario.NodeClient} and {@link dev.millrace.verify.scenario.SocketClient}
 * are its clients. What a client saw of a task is kept in a {@link
 * dev.millrace.verify.scenario.Transcript}, which knows the rules of a stream.
 *
 * <p>Threads: each test's own; every follower of a stream has a virtual one. Nothing sleeps: tests
 * wait for conditions, with a limit, by {@link dev.millrace.verify.node.Eventually}.
 *
 * <p>Not here: rules of single stages; each module tests its own. Start reading at {@link
 * dev.millrace.verify.scenario.KilledNodeTest}.
 */
@NullMarked
package dev.millrace.verify.scenario;

import org.jspecify.annotations.NullMarked;
