package dev.millrace.journal;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.port.StreamRestorer;
import dev.millrace.domain.port.Streams;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.port.TaskSink;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.blob.BlobStore;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.log.Log;
import dev.millrace.kernel.log.Recovery;
import dev.millrace.kernel.metrics.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a node: {@link #open} reads it, {@link #start} begins to write, {@link #recover}
 * puts back what lived and lets new tasks in, {@link #close} ends it in good order.
 *
 * <p>Threads: {@link #submit}, {@link #record}, {@link #recordEnd}, {@link #readTranscript} and the
 * looks are for any thread; the life cycle is its owner's. Acknowledgements of durable tasks and
 * publications come on the log's thread.
 *
 * <p>Whatever fails for good is told to the {@link LogFailure} once; from then on new tasks are
 * refused, and the node must end.
 */
public final class Journal implements TaskIntake, EventRecorder, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Disk disk;
  private final Path directory;
  private final JournalSettings settings;
  private final Clock clock;
  private final Executor executor;
  private final Meters meters;
  private final LogFailure onFailure;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Log log;
  private final IdempotencyTable table;
  private final Follower follower;
  private final MachineMark machine;
  private volatile @Nullable Running running;
  private volatile boolean closed;
  private @Nullable AgentThread thread;

  /**
   * What a start found.
   *
   * @param tasks that live and were handed on
   * @param ended tasks whose transcript is still found
   * @param log what the log below found
   */
  public record Recovered(int tasks, int ended, Recovery log) {}

  private Journal(
      Disk disk,
      Path directory,
      JournalSettings settings,
      Clock clock,
      Executor executor,
      Meters meters,
      LogFailure onFailure)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.executor = executor;
    this.meters = meters;
    this.onFailure = onFailure;
    this.log = Log.open(disk, directory.resolve("log"), settings.log(), clock);
    this.table =
        new IdempotencyTable(
            clock,
            settings.idempotencyKeep(),
            settings.idempotencyKeys(),
            meters.counter(
                "millrace_idempotency_evicted_total",
                "Idempotency keys forgotten before their time, for want of room."));
    this.follower = new Follower(log, clock, settings, table);
    try {
      this.machine = MachineMark.read(disk, directory.resolve("machine"));
      follower.load();
    } catch (IOException | RuntimeException refused) {
      log.close();
      throw refused;
    }
  }

  /**
   * Opens the journal in a directory, which is created when it is missing, and reads it. Changes
   * nothing that is there.
   *
   * @param executor runs what waits for the disk, beside the log's thread: virtual threads
   * @throws JournalDamagedException when whole records make no sense together, or a newer version
   *     wrote them
   * @throws dev.millrace.kernel.log.LogDamagedException when records are not whole
   * @throws dev.millrace.kernel.log.NewerFormatException when a newer version wrote the log
   * @throws dev.millrace.kernel.disk.DiskLockedException when another process has it open
   */
  public static Journal open(
      Disk disk,
      Path directory,
      JournalSettings settings,
      Clock clock,
      Executor executor,
      Meters meters,
      LogFailure onFailure)
      throws IOException {
    return new Journal(disk, directory, settings, clock, executor, meters, onFailure);
  }

  /** Begins to write, on a thread of its own. Once, before {@link #recover}. */
  public void start() throws IOException {
    AgentThread own = new AgentThread(clock, (name, failure) -> fail(failure));
    own.start(start(own));
    thread = own;
  }

  /**
   * As {@link #start()}, for an owner that turns the agent itself, as simulations do; it calls
   * {@link Agent#closed} before {@link #close}.
   *
   * @param wakeup wakes whoever turns it
   */
  public Agent start(Wakeup wakeup) throws IOException {
    if (running != null) {
      throw new IllegalStateException("the journal was started before");
    }
    BlobStore blobs =
        BlobStore.open(disk, directory.resolve("blobs"), settings.maxBlobBytes(), clock);
    Running parts =
        Running.start(
            log,
            settings,
            clock,
            wakeup,
            executor,
            table,
            blobs,
            meters,
            this::snapshot,
            this::sweep,
            this::fail);
    running = parts;
    meters.gauge("millrace_idempotency_keys", "Idempotency keys that are remembered.", table::size);
    return parts.agent();
  }

  /**
   * Puts back the streams of all tasks, hands those that have not ended on in the order in which
   * they were accepted, and lets new tasks in. Once, after the start.
   *
   * @param streams where streams are opened from now on
   * @param restorer the same, for what was there before
   * @param restored takes what lived, on this thread, before anything new is let in
   * @param next takes tasks that are acknowledged from now on
   */
  public Recovered recover(
      Streams streams, StreamRestorer restorer, TaskSink restored, TaskSink next) {
    Running parts = running();
    Restorer restoring = new Restorer(clock, parts.payloads(), restorer);
    follower.live().forEach(restoring::restore);
    AtomicInteger ended = new AtomicInteger();
    follower.forEachEnded(
        (id, position, endedWallMillis) -> {
          restorer.restoreEnded(id, position);
          ended.incrementAndGet();
        });
    if (machine.powerLost()) {
      LOG.warn("the machine stopped while the node ran: what readers saw last may be lost");
      restoring.tellOfLoss();
    }
    machine.allUnderWay(() -> parts.background().run(this::nameMachine));
    restoring.handOver(restored);
    parts.intake().open(new Line(streams, next));
    parts.background().run(this::snapshot); // what was replayed now is not replayed again
    return new Recovered(restoring.count(), ended.get(), log.recovery());
  }

  /**
   * How often this journal was started, this time included: every lease of an earlier epoch is
   * void. 0 before the start.
   */
  public long epoch() {
    return log.epoch();
  }

  /** Whether a durable task would be taken now; for readiness. */
  public boolean isWritable() {
    Running parts = running;
    return parts != null
        && parts.intake().isOpen()
        && !parts.writer().isStopped()
        && !parts.writer().isStorageLow();
  }

  @Override
  public void submit(Task task, Listener listener) {
    Running parts = running;
    if (parts == null) {
      Answers.refused(listener, Refusals.NOT_SERVING);
    } else {
      parts.intake().submit(task, listener);
    }
  }

  @Override
  public void record(Task task, int number, StreamEvent event, Written written) {
    // The one notice of this kind is the restorer's, after a loss of power.
    boolean loss = event instanceof Notice(var code, var _) && code == StreamEvent.Code.GAP;
    running().recorder().record(task, number, event, loss ? machine.told(written) : written);
  }

  @Override
  public void recordEnd(Task task, int number, byte[] transcript, WrittenAt written) {
    running().recorder().recordEnd(task, number, transcript, written);
  }

  @Override
  public byte[] readTranscript(long position) throws IOException {
    return running().recorder().readTranscript(position);
  }

  private Running running() {
    Running parts = running;
    if (parts == null) {
      throw new IllegalStateException("the journal is not started");
    }
    return parts;
  }

  private void snapshot() {
    try {
      follower.snapshot();
    } catch (IOException failure) {
      fail(failure);
    }
  }

  private void nameMachine() {
    try {
      machine.write();
    } catch (IOException failure) {
      fail(failure);
    }
  }

  /** Deletes the files of payloads that nothing names any more. */
  private void sweep() {
    try {
      int gone = running().payloads().deleteUnused(settings.transcriptKeep(), follower::liveBlobs);
      if (gone > 0) {
        LOG.info("deleted {} large payloads that no task needs any more", gone);
      }
    } catch (UncheckedIOException failure) {
      fail(failure);
    } catch (IOException failure) {
      LOG.warn("large payloads that no task needs stay for now: {}", failure.toString());
    }
  }

  private void fail(Throwable cause) {
    if (closed) {
      // Nobody waits for it any more, and the files under it are closed.
      LOG.warn("work beside the log ended after its close: {}", cause.toString());
      return;
    }
    if (failed.compareAndSet(false, true)) {
      Running parts = running;
      if (parts != null) {
        parts.intake().close();
      }
      onFailure.failed(cause);
    }
  }

  /**
   * Refuses new tasks, writes and syncs what waits, writes a snapshot, lets go of the files. Those
   * who append to streams have ended before.
   */
  @Override
  public void close() throws IOException {
    close(CLOSING);
  }

  /**
   * As {@link #close()}.
   *
   * @param patience with large payloads on their way to the disk
   */
  void close(Duration patience) throws IOException {
    Running parts = running;
    if (parts != null) {
      boolean idle = parts.close(thread, patience);
      closed = true;
      if (!idle) {
        LOG.error(
            "the disk still works after {} ms of waiting for it; nothing that was acknowledged is"
                + " lost, and the next start reads more of the log",
            patience.toMillis());
      } else if (!failed.get()) {
        follower.snapshot();
        machine.clear();
      }
    }
    log.close();
  }
}
