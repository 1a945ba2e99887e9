package dev.millrace.journal;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.TaskIntake;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which task came first with a key. The same request again is answered with that task, once it is
 * acknowledged; another request under the same key is refused.
 *
 * <p>Threads: any. 64 parts, each under a lock held for one probe of a map, so that submits rarely
 * meet; listeners are called outside. A refused task gives its key back.
 *
 * <p>Bound: when a part is full its oldest settled key goes before its time; that is counted, and a
 * late repetition of such a request runs again.
 */
final class IdempotencyTable {

  private static final int SHARDS = 64;
  private static final Problem MISMATCH =
      new Problem(
          ErrorCode.IDEMPOTENCY_MISMATCH,
          "/idempotency_key: it came with another request before (expected: the same request, or a"
              + " new key)",
          "/idempotency_key",
          0);

  private final ClaimShard[] shards = new ClaimShard[SHARDS];
  private final Clock clock;
  private final long keepMillis;

  /**
   * @param evicted counts the keys that went before their time
   */
  IdempotencyTable(Clock clock, Duration keep, int keys, Meters.Count evicted) {
    this.clock = clock;
    this.keepMillis = keep.toMillis();
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new ClaimShard(Math.max(1, keys / SHARDS), evicted);
    }
  }

  /**
   * Claims the task's key. Null when the listener is answered, now or once the first task is;
   * otherwise the caller ends the claim by {@link #settle} or {@link #release}.
   */
  @Nullable Claim claim(Task task, String key, TaskIntake.Listener listener) {
    AcceptedRecord.Keys keys =
        new AcceptedRecord.Keys(
            Fingerprint.ofKey(task.tenant(), task.settings().door(), key),
            Fingerprint.ofMeaning(task));
    long now = clock.nanoTime();
    Claim fresh =
        new Claim(keys, task.id(), task.acceptedWallMillis(), now + keepMillis * 1_000_000);
    ClaimShard.Entered entered = shard(keys).enter(fresh, listener, now);
    return switch (entered) {
      case ClaimShard.Entered.First() -> fresh;
      case ClaimShard.Entered.Waits() -> null;
      case ClaimShard.Entered.Known(var original) -> {
        Answers.duplicate(listener, original);
        yield null;
      }
      case ClaimShard.Entered.Differs() -> {
        Answers.refused(listener, MISMATCH);
        yield null;
      }
    };
  }

  /** The task is acknowledged: whoever waited is told to follow it. */
  void settle(Claim claim) {
    shard(claim.keys).settle(claim).forEach(waiting -> Answers.duplicate(waiting, claim.id));
  }

  /** The task is refused, and so is whoever waited for it. */
  void release(Claim claim, Problem problem) {
    shard(claim.keys).release(claim).forEach(waiting -> Answers.refused(waiting, problem));
  }

  /** Enters a task found in the log; in the order of the log. */
  void restore(AcceptedRecord.Keys keys, TaskId id, long acceptedWallMillis, long position) {
    long now = clock.nanoTime();
    long left = Math.clamp(acceptedWallMillis + keepMillis - clock.wallMillis(), 0, keepMillis);
    Claim claim = new Claim(keys, id, acceptedWallMillis, now + left * 1_000_000);
    shard(keys).restore(claim.settledAt(position), now);
  }

  /** Those whose record stands at or before a position, part by part, oldest first. */
  void recordedUpTo(long position, Consumer<Claim> consumer) {
    for (ClaimShard shard : shards) {
      shard.recordedUpTo(position).forEach(consumer);
    }
  }

  long size() {
    long size = 0;
    for (ClaimShard shard : shards) {
      size += shard.size();
    }
    return size;
  }

  private ClaimShard shard(AcceptedRecord.Keys keys) {
    return shards[(int) (keys.key().second() & (SHARDS - 1))];
  }
}
