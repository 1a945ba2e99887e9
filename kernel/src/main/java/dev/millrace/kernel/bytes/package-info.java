/**
 * Flat binary: a growing writer and a checked reader, little-endian, shared by the log's records
 * and the worker protocol. One thread at a time; no format lives here. Start reading at {@link
 * dev.millrace.kernel.bytes.ByteSink}.
 */
@NullMarked
package dev.millrace.kernel.bytes;

import org.jspecify.annotations.NullMarked;
