/**
 * The task and what belongs to it: id, class, durability, input, output, usage, stamps. Immutable
 * values, but for the stamps, which each hand-off marks once. Start reading at {@link
 * dev.millrace.domain.task.Task}.
 */
@NullMarked
package dev.millrace.domain.task;

import org.jspecify.annotations.NullMarked;
