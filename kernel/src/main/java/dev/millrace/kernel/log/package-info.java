/**
 * The append-only log: bytes with a type and a tenant go in through {@link LogWriter#append}, come
 * back in order through {@link Log#replay} and one by one through {@link Log#read}.
 *
 * <p>A directory holds numbered segments, each a header and a chain of blocks, each a header and
 * records; a commit mark; snapshots of whatever state the owner builds from the records. The format
 * is told in {@code docs/decisions/0002-log-format.md} and pinned by a test.
 *
 * <p>What is proved: a block is damaged, and the log refuses to open, when the commit mark or any
 * later block says that it was durable; else the first block that is not whole is where a crash
 * tore the log, and the log is cut there.
 *
 * <p>Threads: {@link LogWriter} is an agent, and its thread owns all that writes. {@link
 * LogWriter#append}, {@link Log#read}, {@link Log#replay} and {@link Log#deleteSegmentsBefore} are
 * for any thread.
 *
 * <p>Not here: what a record means, when a segment may go, compression, encryption (a key id and
 * flags are kept for them in every header). Start reading at {@link Log}.
 */
@NullMarked
package dev.millrace.kernel.log;

import org.jspecify.annotations.NullMarked;
