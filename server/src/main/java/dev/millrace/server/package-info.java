/**
 * The composition root and the command line: arguments come in, a wired and running node goes out.
 *
 * <p>Threads: the caller's; a verb that needs more says so itself.
 *
 * <p>Not here: anything a stage could do alone. Start reading at {@link Millrace}.
 */
@NullMarked
package dev.millrace.server;

import org.jspecify.annotations.NullMarked;
