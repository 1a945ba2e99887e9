/**
 * The immutable, numbered configuration that every stage reads behind one reference. Start reading
 * at {@link dev.millrace.domain.snapshot.ServingSnapshot}.
 */
@NullMarked
package dev.millrace.domain.snapshot;

import org.jspecify.annotations.NullMarked;
