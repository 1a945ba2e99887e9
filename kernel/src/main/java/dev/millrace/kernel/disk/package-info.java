/**
 * The disk as a port: files written at a position, and the promises that power loss makes one ask
 * for (data synced, directory synced). {@link Disk#local()} is the machine's; the simulated twin
 * stands in {@code dev.millrace.kernel.sim}.
 *
 * <p>Threads: a {@link Disk} is for any thread; a {@link DiskFile} may be read by any thread and is
 * written by one.
 *
 * <p>Not here: formats, checksums, names of files. Start reading at {@link Disk}.
 */
@NullMarked
package dev.millrace.kernel.disk;

import org.jspecify.annotations.NullMarked;
