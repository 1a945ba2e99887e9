/** Liveness, readiness and metrics, for machines. Event loops only. */
@NullMarked
package dev.millrace.ingress.health;

import org.jspecify.annotations.NullMarked;
