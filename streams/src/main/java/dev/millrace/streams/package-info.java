/**
 * The numbered events of every task: appended by one writer, recorded before they are shown,
 * followed by any number of readers at their own pace, kept for a while after the end.
 *
 * <p>In: {@code StreamWriter} calls of the lane's owner. Out: records to the {@code EventRecorder};
 * events to whoever follows. Nothing is buffered for a reader: it pulls from a place of its own, so
 * a slow one costs nobody anything.
 *
 * <p>Threads: none of its own. A stream has one writer at a time; the log's thread publishes what
 * it wrote; readers are event loops.
 *
 * <p>Not here: sockets, JSON, files. Start reading at {@link dev.millrace.streams.TaskStream}.
 */
@NullMarked
package dev.millrace.streams;

import org.jspecify.annotations.NullMarked;
