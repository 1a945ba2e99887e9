package dev.millrace.runtime.worker.wire;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import java.util.List;

/** One message between node and worker. */
public sealed interface Frame {

  /** The largest frame, without its length: 64 MiB. */
  int MOST_BYTES = 64 << 20;

  /** Bytes that its encoding takes at most, near enough for budgets and never too few. */
  default long size() {
    return FrameSizes.SMALL;
  }

  /** What a worker may send. */
  sealed interface FromWorker extends Frame {}

  /** What a node may send. */
  sealed interface FromNode extends Frame {}

  /**
   * The first frame of a worker. Its layout is the same in every version.
   *
   * @param version of the protocol that the worker speaks
   * @param secret 32 bytes that only this worker was given
   * @param pid of the worker's process
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Hello(int version, byte[] secret, long pid) implements FromWorker {}

  /** The deployment answered its sample here and takes work. */
  record Ready(int deployment) implements FromWorker {}

  /** The deployment cannot be served here. */
  record Unavailable(int deployment, Problem problem) implements FromWorker {
    @Override
    public long size() {
      return FrameSizes.of(problem);
    }
  }

  /** The model began with this attempt. */
  record Started(long lease) implements FromWorker {}

  /** One more token; costs one credit. */
  record Token(long lease, int id, String text) implements FromWorker {
    @Override
    public long size() {
      return FrameSizes.SMALL + FrameSizes.of(text);
    }
  }

  /** The attempt begins its answer anew. */
  record Restarted(long lease) implements FromWorker {}

  /** The attempt ended well. */
  record Done(long lease, Result result) implements FromWorker {
    @Override
    public long size() {
      return FrameSizes.of(result);
    }
  }

  /** The attempt ended badly. */
  record Failed(long lease, Problem problem) implements FromWorker {
    @Override
    public long size() {
      return FrameSizes.of(problem);
    }
  }

  /** Still alive; nothing else. */
  record Heartbeat() implements FromWorker {}

  /** Drained: nothing runs any more, and nothing follows. */
  record Bye() implements FromWorker {}

  /**
   * The worker is taken.
   *
   * @param version that both speak from here on
   * @param tokenCredits unacknowledged tokens that the worker may have
   * @param heartbeatMillis between heartbeats
   */
  record Welcome(int version, int tokenCredits, int heartbeatMillis) implements FromNode {}

  /** The worker is not taken: what was found, and what was expected. */
  record Refused(String reason) implements FromNode {
    @Override
    public long size() {
      return FrameSizes.SMALL + FrameSizes.of(reason);
    }
  }

  /** Load this; answered by {@link Ready} or {@link Unavailable}. */
  record Deploy(Deployment deployment) implements FromNode {
    @Override
    public long size() {
      return FrameSizes.of(deployment);
    }
  }

  /** Unload this, without an answer. */
  record Undeploy(int deployment) implements FromNode {}

  /** Run these as one batch. */
  record Assign(int deployment, List<Attempt> attempts) implements FromNode {
    @Override
    public long size() {
      return FrameSizes.of(attempts);
    }
  }

  /** Stop this attempt as soon as possible. */
  record Cancel(long lease) implements FromNode {}

  /** So many tokens were taken: the worker may send as many more. */
  record Credit(int tokens) implements FromNode {}

  /** End what runs, then say {@link Bye}. */
  record Drain() implements FromNode {}
}
