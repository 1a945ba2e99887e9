/**
 * The vocabulary as flat bytes, the same for the log's records and the worker protocol. Each codec
 * writes to a {@code ByteSink} and reads a {@code ByteSource}; golden bytes are tested, since what
 * was written must stay readable. Stateless; any thread.
 */
@NullMarked
package dev.millrace.domain.codec;

import org.jspecify.annotations.NullMarked;
