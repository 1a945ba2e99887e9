/**
 * The tasks door: {@code /v1/tasks}, its events as SSE, cancel and list (PROTOCOLS.md). Event loops
 * only. Start reading at {@link dev.millrace.ingress.tasks.TasksDoor}.
 */
@NullMarked
package dev.millrace.ingress.tasks;

import org.jspecify.annotations.NullMarked;
