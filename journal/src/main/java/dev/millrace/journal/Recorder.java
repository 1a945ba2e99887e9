package dev.millrace.journal;

import dev.millrace.domain.port.EventRecorder;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.blob.BlobDigest;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.disk.StorageFullException;
import dev.millrace.kernel.log.Log;
import dev.millrace.kernel.log.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes records of stream events. A large transcript is written to a blob first, in the background:
 * nothing of its task comes after it, so its record cannot be overtaken.
 */
final class Recorder implements EventRecorder {

  private static final long RETRY_NANOS = 100_000_000;

  private final Log log;
  private final JournalSettings settings;
  private final Clock clock;
  private final Payloads payloads;
  private final Background background;
  private final EventFeed feed;
  private final LogFailure onFailure;

  /** Ends whose transcript found no room. No more than there are tasks in flight. */
  private final Queue<LargeEnd> waitForRoom = new ConcurrentLinkedQueue<>();

  private volatile long retryAt = Long.MAX_VALUE;

  private record LargeEnd(Task task, int number, byte[] transcript, WrittenAt written) {}

  Recorder(
      Log log,
      JournalSettings settings,
      Clock clock,
      Payloads payloads,
      Background background,
      EventFeed feed,
      LogFailure onFailure) {
    this.log = log;
    this.settings = settings;
    this.clock = clock;
    this.payloads = payloads;
    this.background = background;
    this.feed = feed;
    this.onFailure = onFailure;
  }

  @Override
  public void record(Task task, int number, StreamEvent event, Written written) {
    requireDurable(task);
    feed.offer(new EventEntry(task, feed, number, event, written));
  }

  @Override
  public void recordEnd(Task task, int number, byte[] transcript, WrittenAt written) {
    requireDurable(task);
    if (transcript.length > settings.inlineBytes()) {
      LargeEnd end = new LargeEnd(task, number, transcript, written);
      background.run(() -> store(end));
    } else {
      EndRecord record = new EndRecord(task.id(), number, clock.wallMillis(), null);
      feed.offer(new EndEntry(task, feed, record, transcript, written));
    }
  }

  private static void requireDurable(Task task) {
    if (!task.durable()) {
      throw new IllegalArgumentException(task.id() + " lives in memory only: nothing to record");
    }
  }

  private void store(LargeEnd end) {
    Task task = end.task;
    try {
      BlobDigest blob = payloads.put(task.tenant(), end.transcript);
      EndRecord record = new EndRecord(task.id(), end.number, clock.wallMillis(), blob);
      feed.offer(new EndEntry(task, feed, record, new byte[0], end.written));
    } catch (StorageFullException full) {
      waitForRoom.add(end);
      retryAt = clock.nanoTime() + RETRY_NANOS;
    } catch (IOException failure) {
      onFailure.failed(new IOException(task.id() + ": its transcript cannot be stored", failure));
    }
  }

  /** On the log's thread, each turn: tries again what found no room. */
  void tend(long nowNanos) {
    long due = retryAt;
    if (due == Long.MAX_VALUE || nowNanos - due < 0) {
      return;
    }
    retryAt = Long.MAX_VALUE;
    for (int left = waitForRoom.size(); left > 0; left--) {
      LargeEnd end = waitForRoom.poll();
      if (end != null) {
        background.run(() -> store(end));
      }
    }
  }

  long nextDeadline() {
    return retryAt;
  }

  @Override
  public byte[] readTranscript(long position) throws IOException {
    try {
      return transcript(log.read(position));
    } catch (IllegalArgumentException outside) {
      throw new IOException("the transcript is no longer kept", outside);
    } catch (MalformedBytes malformed) {
      throw new JournalDamagedException(
          position, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private byte[] transcript(LogRecord record) throws IOException {
    if (record.type() != RecordType.END) {
      throw new JournalDamagedException(
          record.position(),
          "a record of type " + record.type() + " (expected: " + RecordType.END + ", an end)",
          null);
    }
    ByteBuffer payload = record.payload();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    ByteSource source = new ByteSource(bytes);
    BlobDigest blob = EndRecord.read(source).blob();
    return blob == null ? source.getRaw(source.remaining()) : payloads.bytes(record.tenant(), blob);
  }
}
