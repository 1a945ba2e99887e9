/**
 * Payloads too large for the log, kept as files named by what they hold: bytes go in and give a
 * digest, a digest gives the same bytes or an error.
 *
 * <p>Threads: any; the caller waits for the disk, so never the log's thread or an event loop.
 *
 * <p>Not here: who still needs a blob, and encryption (a key id is kept for it in the header).
 * Start reading at {@link BlobStore}.
 */
@NullMarked
package dev.millrace.kernel.blob;

import org.jspecify.annotations.NullMarked;
