/**
 * Races, run with {@code ./millrace-verify stress}: every class names the outcome that the memory
 * model must never show.
 *
 * <p>Threads: jcstress's, in processes of its own. Not here: whole scenarios. Start reading at
 * {@link MailboxHandOffStress}.
 */
@NullMarked
package dev.millrace.verify.stress;

import org.jspecify.annotations.NullMarked;
