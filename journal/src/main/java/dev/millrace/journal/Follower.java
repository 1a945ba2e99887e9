package dev.millrace.journal;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.blob.BlobStore;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.disk.StorageFullException;
import dev.millrace.kernel.log.Log;
import dev.millrace.kernel.log.LogDamagedException;
import dev.millrace.kernel.log.LogPosition;
import dev.millrace.kernel.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link JournalState} by reading the log, at the start and then whenever a snapshot is
 * due, so the log's thread never copies or waits for state. After a snapshot it lets go of the log
 * that nothing needs.
 *
 * <p>Threads: any, one at a time under its own lock; it waits for the disk.
 */
final class Follower {

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final Log log;
  private final Clock clock;
  private final JournalSettings settings;
  private final IdempotencyTable table;
  private final JournalState state;
  private long lastSnapshot = LogPosition.NONE;

  Follower(Log log, Clock clock, JournalSettings settings, IdempotencyTable table) {
    this.log = log;
    this.clock = clock;
    this.settings = settings;
    this.table = table;
    this.state = new JournalState(clock, table::restore);
  }

  /** Reads the newest snapshot and all records after it. Before the writer starts. */
  synchronized void load() throws IOException {
    Snapshot snapshot =
        log.snapshots()
            .newest(log.end(), refused -> LOG.error("snapshot passed over: {}", refused));
    if (snapshot != null) {
      try (InputStream in = snapshot.source().open()) {
        StateFile.read(in, snapshot.position(), state, table::restore);
      }
      lastSnapshot = snapshot.position();
    } else if (LogPosition.segment(log.start()) > 1) {
      throw new JournalDamagedException(
          log.start(), "no snapshot stands for the log that was deleted before here", null);
    }
    if (state.position() != LogPosition.NONE && state.position() < log.start()) {
      throw new JournalDamagedException(
          state.position(),
          "the log after this snapshot begins only at " + LogPosition.text(log.start()),
          null);
    }
    log.replay(state.position(), state);
    state.stopTellingKeys();
    report();
  }

  private void report() {
    for (String report : state.takeReports()) {
      LOG.error("passed over in the journal: {}", report);
    }
  }

  /** The tasks that live, in the order of acceptance. */
  synchronized List<LiveTask> live() {
    return List.copyOf(state.live());
  }

  synchronized <X extends Exception> void forEachEnded(EndedTasks.Visitor<X> visitor) throws X {
    state.ended().dropBefore(clock.wallMillis() - settings.transcriptKeep().toMillis());
    state.ended().forEach(visitor);
  }

  /**
   * Reads on to the durable end and writes a snapshot of that, if there is news. A full disk only
   * puts it off.
   *
   * @throws LogDamagedException when what was durable is no longer what was written
   */
  synchronized void snapshot() throws IOException {
    readOn();
    if (state.position() == lastSnapshot) {
      return;
    }
    state.ended().dropBefore(clock.wallMillis() - settings.transcriptKeep().toMillis());
    try {
      write();
    } catch (StorageFullException full) {
      LOG.warn("no room for a snapshot; the next start takes longer: {}", full.getMessage());
    }
  }

  private void readOn() throws IOException {
    long durable = log.durableEnd();
    log.replay(
        state.position(),
        (at, type, tenant, keyId, payload) -> {
          if (at < durable) {
            state.visit(at, type, tenant, keyId, payload);
          }
        });
    report();
  }

  /**
   * The inputs of tasks that live at the durable end of the log; one whose end a power loss could
   * undo lives still.
   *
   * @throws UncheckedIOException when the log cannot be read
   */
  synchronized BlobStore.Needed liveBlobs() {
    try {
      readOn();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Map<Integer, Set<BlobDigest>> blobs = new HashMap<>();
    for (LiveTask task : state.live()) {
      BlobDigest blob =
          AcceptedRecord.read(new ByteSource(task.accepted()), task.tenant(), clock).blob();
      if (blob != null) {
        blobs.computeIfAbsent(task.tenant(), _ -> new HashSet<>()).add(blob);
      }
    }
    return (tenant, digest) -> blobs.getOrDefault(tenant, Set.of()).contains(digest);
  }

  private void write() throws IOException {
    long position = state.position();
    state.marks().addLast(new JournalState.Mark(position, clock.wallMillis()));
    List<Claim> keys = new ArrayList<>();
    table.recordedUpTo(position, keys::add);
    log.snapshots().write(position, out -> StateFile.write(out, state, keys));
    long before = lastSnapshot;
    lastSnapshot = position;
    // The older of the two snapshots kept must find its log too.
    long keepFrom = LogRetention.keepFrom(state, before, log.end(), clock.wallMillis(), settings);
    if (keepFrom != LogPosition.NONE) {
      log.deleteSegmentsBefore(keepFrom);
    }
  }
}
