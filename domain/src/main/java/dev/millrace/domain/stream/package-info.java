/**
 * The numbered events of one task. The number of an event is its place, from 0; exactly one {@code
 * End} is the last. Values only. Start reading at {@link dev.millrace.domain.stream.StreamEvent}.
 */
@NullMarked
package dev.millrace.domain.stream;

import org.jspecify.annotations.NullMarked;
