/**
 * What the log's records mean: tasks are accepted into it, events and ends are recorded in it, and
 * a restart reads from it what there is to do.
 *
 * <p>In: {@code TaskIntake} from admission, {@code EventRecorder} from the streams. Out:
 * acknowledged tasks to a {@code TaskSink}, open streams to {@code Streams}, restored ones to a
 * {@code StreamRestorer}, fatal failures to a {@link LogFailure}.
 *
 * <p>Threads: the log's thread turns a {@link JournalAgent}, encodes records and runs all
 * acknowledgements and publications; any thread submits and records. Large payloads, snapshots of
 * state and the deletion of segments run on a background executor. The state ({@link JournalState})
 * is no part of the data path: it follows the log by reading it, before a snapshot and at the
 * start, through the one {@code apply}.
 *
 * <p>Not here: blocks, checksums, syncs (kernel.log), what a transcript looks like (streams), who
 * deletes blobs. Start reading at {@link Journal}.
 */
@NullMarked
package dev.millrace.journal;

import org.jspecify.annotations.NullMarked;
