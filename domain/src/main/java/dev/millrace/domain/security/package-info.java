/**
 * Who asks, for what, and whether they may: one authorization point for every route of both ports.
 * Start reading at {@link dev.millrace.domain.security.Gate}.
 */
@NullMarked
package dev.millrace.domain.security;

import org.jspecify.annotations.NullMarked;
