package dev.millrace.journal;

import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.log.LogPosition;
import dev.millrace.kernel.log.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the records up to a position add up to: the tasks that live, where the ended ones lie. Only
 * {@link #visit} changes it, at the start and later alike, so a snapshot of it stands for the
 * records before it.
 *
 * <p>An end wins: what is recorded of a task after its end changes nothing and is reported. A hole
 * in the numbers of a live task's events is damage.
 *
 * <p>One thread at a time.
 */
final class JournalState implements RecordVisitor {

  private static final int MOST_REPORTS = 100;

  private final Clock clock;
  private final Map<TaskId, LiveTask> live = new LinkedHashMap<>();
  private final EndedTasks ended = new EndedTasks();
  private final Deque<Mark> marks = new ArrayDeque<>();
  private final List<String> reports = new ArrayList<>();
  private KeySink keys;
  private long position = LogPosition.NONE;

  /** Where the log stood at some time; what its retention by age goes by. */
  record Mark(long position, long wallMillis) {}

  /** Told of the keys of accepted tasks. */
  @FunctionalInterface
  interface KeySink {
    void accept(AcceptedRecord.Keys keys, TaskId id, long acceptedWallMillis, long position);
  }

  JournalState(Clock clock, KeySink keys) {
    this.clock = clock;
    this.keys = keys;
  }

  /** From now on somebody else, the intake, knows the keys first. */
  void stopTellingKeys() {
    keys = (key, id, acceptedWallMillis, at) -> {};
  }

  // ---- one apply ----

  @Override
  public void visit(long at, int type, int tenant, int keyId, ByteBuffer payload)
      throws JournalDamagedException {
    try {
      apply(at, type, tenant, keyId, payload);
    } catch (MalformedBytes malformed) {
      throw new JournalDamagedException(at, String.valueOf(malformed.getMessage()), malformed);
    }
    position = at;
  }

  private void apply(long at, int type, int tenant, int keyId, ByteBuffer payload)
      throws JournalDamagedException {
    if (keyId != 0) {
      throw new JournalDamagedException(at, "key id " + keyId + " (expected: 0, clear text)", null);
    }
    int from = payload.arrayOffset() + payload.position();
    ByteSource source = new ByteSource(payload.array(), from, payload.remaining());
    switch (type) {
      case RecordType.ACCEPTED -> accepted(at, tenant, payload, source);
      case RecordType.EVENT -> event(at, payload, source);
      case RecordType.END -> end(at, EndRecord.read(source));
      default ->
          throw new JournalDamagedException(
              at,
              "a record of type "
                  + type
                  + " (expected: "
                  + RecordType.ACCEPTED
                  + ".."
                  + RecordType.END
                  + "): a newer version wrote it; run that version, or restore a backup",
              null);
    }
  }

  private void accepted(long at, int tenant, ByteBuffer payload, ByteSource source)
      throws JournalDamagedException {
    AcceptedRecord record = AcceptedRecord.read(source, tenant, clock);
    TaskId id = record.head().id();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    if (live.putIfAbsent(id, new LiveTask(id, tenant, at, bytes)) != null) {
      throw new JournalDamagedException(at, id + " is accepted a second time", null);
    }
    if (record.keys() != null) {
      keys.accept(record.keys(), id, record.head().acceptedWallMillis(), at);
    }
  }

  private void event(long at, ByteBuffer payload, ByteSource source)
      throws JournalDamagedException {
    EventRecord event = EventRecord.read(source);
    LiveTask task = live.get(event.id());
    if (task == null) {
      report(at, "event " + event.number() + " of " + event.id() + ", which does not live");
      return;
    }
    if (event.number() != task.count()) {
      throw new JournalDamagedException(
          at, event.id() + ": event " + event.number() + " (expected: " + task.count() + ")", null);
    }
    int length = source.remaining();
    int from = payload.arrayOffset() + payload.limit() - length;
    task.add(payload.array(), from, length);
  }

  private void end(long at, EndRecord end) throws JournalDamagedException {
    LiveTask task = live.get(end.id());
    if (task == null) {
      report(at, "the end of " + end.id() + ", which does not live");
      return;
    }
    if (end.number() != task.count()) {
      throw new JournalDamagedException(
          at,
          end.id() + ": the end is event " + end.number() + " (expected: " + task.count() + ")",
          null);
    }
    live.remove(end.id());
    ended.add(end.id(), at, end.endedWallMillis());
  }

  private void report(long at, String what) {
    if (reports.size() < MOST_REPORTS) {
      reports.add("log position " + LogPosition.text(at) + ": " + what);
    }
  }

  // ---- what a snapshot puts back ----

  void restore(long at) {
    position = at;
  }

  void restore(LiveTask task) {
    live.put(task.id(), task);
  }

  void restoreEnded(TaskId id, long at, long endedWallMillis) {
    ended.add(id, at, endedWallMillis);
  }

  void restore(Mark mark) {
    marks.addLast(mark);
  }

  // ---- looks ----

  /** Of the last record that this contains. */
  long position() {
    return position;
  }

  /** In the order of acceptance. */
  Collection<LiveTask> live() {
    return live.values();
  }

  EndedTasks ended() {
    return ended;
  }

  /** Oldest first. */
  Deque<Mark> marks() {
    return marks;
  }

  /** Records that make no sense and change nothing, for people; at most 100, then forgotten. */
  List<String> takeReports() {
    List<String> taken = List.copyOf(reports);
    reports.clear();
    return taken;
  }
}
