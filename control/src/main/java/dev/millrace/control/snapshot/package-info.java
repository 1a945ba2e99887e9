/**
 * From configuration and registry to the immutable, numbered {@link
 * dev.millrace.domain.snapshot.ServingSnapshot} that every stage reads. A snapshot is built aside,
 * checked whole, and swapped by one reference; what is wrong leaves the old one in place. At a
 * start there is no old one: then a damaged model is left out, and the snapshot says why.
 *
 * <p>At most 8 snapshots are kept, for receipts that name them; a task keeps only a number, so the
 * oldest can always go.
 *
 * <p>Threads: any reads {@code current()}; building and listeners run on the caller of {@code
 * reload}, one at a time, and may wait for the disk. Not here: loading models. Start reading at
 * {@link dev.millrace.control.snapshot.SnapshotHolder}.
 */
@NullMarked
package dev.millrace.control.snapshot;

import org.jspecify.annotations.NullMarked;
