/**
 * Both ends of the worker process. In the node, {@link dev.millrace.runtime.worker.WorkerRuntime}
 * takes attempts and reports on them; a supervisor keeps one process alive behind it. In the
 * process, {@link dev.millrace.runtime.worker.WorkerMain} hosts the engines behind an {@link
 * dev.millrace.runtime.worker.AttemptHost}. Between them lies {@code runtime.worker.wire}.
 *
 * <p>Threads in the node, for each worker: a supervisor, a reader, which alone reports, a writer, a
 * relay for the process's output. In the process: its main thread reads, one writes, one loads; the
 * engines have their own.
 *
 * <p>Leases: each process has an incarnation number in its name. A report counts only when the link
 * it came by holds the lease; a link that ended is told to the listener once, as lost, and never
 * speaks again, whatever its process still does.
 *
 * <p>Not here: models, schedules, retries. Start reading at {@code WorkerSupervisor}.
 */
@NullMarked
package dev.millrace.runtime.worker;

import org.jspecify.annotations.NullMarked;
