/** The kernel's meters over Micrometer and Prometheus. Any thread. */
@NullMarked
package dev.millrace.server.metrics;

import org.jspecify.annotations.NullMarked;
