/**
 * What one stage of the line asks of the next: small interfaces, a value in, nothing back upstream.
 * Read them in the order of the line: {@link dev.millrace.domain.port.TaskIntake} (admission, then
 * the journal), {@link dev.millrace.domain.port.TaskSink} (routing), {@link
 * dev.millrace.domain.port.Dispatcher} (scheduling), {@link dev.millrace.domain.port.ModelRuntime}
 * (runtime), {@link dev.millrace.domain.port.Streams}, {@link
 * dev.millrace.domain.port.EventRecorder} (the journal again).
 */
@NullMarked
package dev.millrace.domain.port;

import org.jspecify.annotations.NullMarked;
