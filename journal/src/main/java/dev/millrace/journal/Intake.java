package dev.millrace.journal;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.log.LogWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a submitted task to its acknowledgement. A memory task is acknowledged at once, on the
 * caller's thread; a durable one on the log's thread, after its record survives a power loss. Large
 * inputs are hashed and written in the background first.
 *
 * <p>Order for every task: its stream is open, then the door hears, then whoever repeated it, then
 * it goes on to be run.
 */
final class Intake implements TaskIntake {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final JournalSettings settings;
  private final Clock clock;
  private final IdempotencyTable table;
  private final Payloads payloads;
  private final Background background;
  private final LogWriter writer;
  private final ByteSink sink = new ByteSink(64 << 10); // the log's thread's
  private volatile @Nullable Line line;
  private volatile boolean closed;
  private volatile boolean ended;

  Intake(
      JournalSettings settings,
      Clock clock,
      IdempotencyTable table,
      Payloads payloads,
      Background background,
      LogWriter writer) {
    this.settings = settings;
    this.clock = clock;
    this.table = table;
    this.payloads = payloads;
    this.background = background;
    this.writer = writer;
  }

  void open(Line to) {
    line = to;
  }

  /** No new tasks; those on their way still come through. */
  void close() {
    closed = true;
  }

  boolean isOpen() {
    return line != null && !closed;
  }

  @Override
  public void submit(Task task, Listener listener) {
    Problem refusal = refusal(task);
    if (refusal != null) {
      Answers.refused(listener, refusal);
    } else if (task.input().size() <= settings.inlineBytes()) {
      claimed(task, listener, false);
    } else if (!background.tryInput(() -> claimed(task, listener, true))) {
      Answers.refused(listener, Refusals.OVERLOADED);
    }
  }

  private @Nullable Problem refusal(Task task) {
    if (!isOpen()) {
      return Refusals.NOT_SERVING;
    }
    if (!task.durable()) {
      return null;
    }
    if (writer.isStopped()) {
      return Refusals.NOT_SERVING;
    }
    return writer.isStorageLow() ? Refusals.STORAGE_FULL : null;
  }

  private void claimed(Task task, Listener listener, boolean large) {
    String key = task.settings().idempotencyKey();
    Claim claim = null;
    if (key != null) {
      claim = table.claim(task, key, listener);
      if (claim == null) {
        return; // answered by the first task with this key
      }
    }
    if (!task.durable()) {
      accepted(task, listener, claim);
    } else if (large) {
      stored(task, listener, claim);
    } else {
      append(task, listener, claim, null);
    }
  }

  private void stored(Task task, Listener listener, @Nullable Claim claim) {
    try {
      append(task, listener, claim, payloads.putInput(task.tenant(), task.input()));
    } catch (IOException failure) {
      LOG.error("{}: its input cannot be stored", task.id(), failure);
      refuse(listener, claim, Refusals.of(failure));
    }
  }

  private void append(
      Task task, Listener listener, @Nullable Claim claim, @Nullable BlobDigest blob) {
    if (!writer.append(new AcceptedEntry(this, task, listener, claim, blob))) {
      refuse(listener, claim, Refusals.OVERLOADED);
    } else if (ended) {
      failLateComers();
    }
  }

  /** The log's thread has ended: what slipped in behind its last turn is refused from here. */
  void writerEnded() {
    ended = true;
    failLateComers();
  }

  private synchronized void failLateComers() {
    writer.turn(clock.nanoTime()); // of a writer that has stopped: it only refuses
  }

  // ---- the end of it, on the log's thread for durable tasks ----

  /** For one encoding on the log's thread, cleared. */
  ByteSink sink() {
    return sink.clear();
  }

  void accepted(Task task, Listener listener, @Nullable Claim claim) {
    Line to = line;
    if (to == null) {
      throw new IllegalStateException(task.id() + " was let in before the streams were there");
    }
    if (task.durable()) {
      task.stamps().mark(Stamp.DURABLE, clock.nanoTime());
    }
    StreamWriter stream = to.open(task);
    Answers.acknowledged(listener, task);
    if (claim != null) {
      table.settle(claim);
    }
    to.next().accept(task, stream);
  }

  void refuse(Listener listener, @Nullable Claim claim, Problem problem) {
    Answers.refused(listener, problem);
    if (claim != null) {
      table.release(claim, problem);
    }
  }
}
