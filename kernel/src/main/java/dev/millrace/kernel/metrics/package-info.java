/**
 * Counting, as stages see it: names and labels in, nothing out. The server binds these to a
 * registry; tests and simulations to {@link dev.millrace.kernel.metrics.Meters#none()}.
 */
@NullMarked
package dev.millrace.kernel.metrics;

import org.jspecify.annotations.NullMarked;
