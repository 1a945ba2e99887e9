package dev.millrace.journal;

import dev.millrace.kernel.Agent;
import dev.millrace.kernel.AgentThread;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.Wakeup;
import dev.millrace.kernel.blob.BlobStore;
import dev.millrace.kernel.log.Log;
import dev.millrace.kernel.log.LogListener;
import dev.millrace.kernel.log.LogWriter;
import dev.millrace.kernel.metrics.Meters;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a journal that writes, put together. */
record Running(
    LogWriter writer,
    Agent agent,
    Intake intake,
    Recorder recorder,
    Payloads payloads,
    Background background) {

  private static final Logger LOG = LoggerFactory.getLogger(Running.class);

  static Running start(
      Log log,
      JournalSettings settings,
      Clock clock,
      Wakeup wakeup,
      Executor executor,
      IdempotencyTable table,
      BlobStore blobs,
      Meters meters,
      Runnable snapshot,
      Runnable sweep,
      LogFailure onFailure)
      throws IOException {
    LogMeters shown = new LogMeters(meters);
    LogWriter writer = log.startWriter(wakeup, listener(shown, onFailure), executor);
    EventFeed feed = new EventFeed(settings.waitingEvents(), wakeup, clock, onFailure);
    Payloads payloads = new Payloads(blobs);
    Background background = new Background(executor, settings.inputsInFlight(), onFailure);
    Recorder recorder = new Recorder(log, settings, clock, payloads, background, feed, onFailure);
    Intake intake = new Intake(settings, clock, table, payloads, background, writer);
    Agent agent =
        new JournalAgent(
            clock,
            writer,
            feed,
            recorder,
            shown,
            new JournalAgent.Chores(
                () -> background.run(snapshot),
                settings.snapshotEveryBytes(),
                () -> background.run(sweep)));
    meters.gauge(
        "millrace_log_stopped", "1 once the log has failed.", () -> writer.isStopped() ? 1 : 0);
    meters.gauge(
        "millrace_log_storage_low",
        "1 while new tasks are refused for want of room on the disk.",
        () -> writer.isStorageLow() ? 1 : 0);
    meters.gauge("millrace_log_waiting", "Records that wait for the log.", writer::waiting);
    meters.gauge("millrace_log_waiting_events", "Events that wait for the log.", feed::waiting);
    return new Running(writer, agent, intake, recorder, payloads, background);
  }

  private static LogListener listener(LogMeters shown, LogFailure onFailure) {
    return new LogListener() {
      @Override
      public void stopped(Exception cause) {
        onFailure.failed(cause);
      }

      @Override
      public void storageLow(boolean low) {
        if (low) {
          LOG.warn("the disk has too little free (log.reserve): no new durable task is accepted");
        } else {
          LOG.info("the disk has room again: new tasks are accepted");
        }
      }

      @Override
      public void synced(long nanos, int records) {
        shown.synced(nanos);
      }
    };
  }

  /**
   * Ends the writer. A disk that does not finish in time holds nobody up for longer: what it was
   * asked for is not acknowledged and not shown yet, so whoever waits is refused, and a task whose
   * end is not recorded runs again.
   *
   * @param thread which turns the agent; null when somebody else did and has closed it
   * @param patience with work beside the log's thread
   * @return whether all of that work was done
   */
  boolean close(@Nullable AgentThread thread, Duration patience) throws IOException {
    intake.close();
    boolean idle;
    try {
      idle = background.awaitIdle(patience);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while closing the journal");
    }
    if (thread != null) {
      thread.close();
    }
    if (!writer.isStopped()) {
      throw new IllegalStateException("the log's thread has not ended");
    }
    intake.writerEnded();
    return idle;
  }
}
