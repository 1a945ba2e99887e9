/**
 * Who may ask, and what is let in: a credential becomes a {@code Principal} ({@link
 * dev.millrace.admission.KeyGate}), a browser's ticket too ({@link
 * dev.millrace.admission.TicketOffice}), and a task becomes a reserved place in its lane or an
 * honest refusal ({@link dev.millrace.admission.Admission}), before anything is written down.
 *
 * <p>Threads: any, at once; nothing here waits once it is built. Not here: routes and their actions
 * (the doors), the log (journal). Start reading at {@link dev.millrace.admission.Admission}.
 */
@NullMarked
package dev.millrace.admission;

import org.jspecify.annotations.NullMarked;
