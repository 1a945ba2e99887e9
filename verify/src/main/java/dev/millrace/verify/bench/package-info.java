/**
 * Micro-benchmarks of the hot paths, run by hand with {@code ./millrace-verify bench}: figures for
 * decisions, never a verdict of the build.
 *
 * <p>Threads: JMH's. Not here: load over sockets, which is the module bench. Start reading at
 * {@link MailboxHandOffBenchmark}.
 */
@NullMarked
package dev.millrace.verify.bench;

import org.jspecify.annotations.NullMarked;
