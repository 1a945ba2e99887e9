/**
 * What a worker process runs: the engines of this build behind the worker protocol. Threads: the
 * protocol's and the engines'. Start reading at {@link dev.millrace.server.worker.WorkerProgram}.
 */
@NullMarked
package dev.millrace.server.worker;

import org.jspecify.annotations.NullMarked;
