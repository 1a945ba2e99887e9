/**
 * The verbs that talk to a running node over its public doors: tasks, receipts, chat.
 *
 * <p>In: the command line and the node's answers. Out: text for people, or JSON lines with {@code
 * --json}. Threads: the caller's. Not here: the load generator (module bench), a node of its own.
 * Start reading at {@link dev.millrace.server.client.ApiClient}.
 */
@NullMarked
package dev.millrace.server.client;

import org.jspecify.annotations.NullMarked;
