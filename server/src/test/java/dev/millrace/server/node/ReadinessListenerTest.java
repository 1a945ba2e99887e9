package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.sim.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessListenerTest {

  private static final Problem BROKEN = Problem.of(ErrorCode.RUNTIME_FAILED, "it broke");

  private final ServingSnapshot nothing =
      new ServingSnapshot(1, Map.of(), RequestLimits.DEFAULT, 0);
  private final Readiness readiness = new Readiness(() -> nothing, new VirtualClock());
  private final List<String> heard = new ArrayList<>();
  private final ModelRuntime.Listener listener = new ReadinessListener(new Pool(), readiness);

  /** Writes down what it hears, and what the readiness was at that moment. */
  private final class Pool implements ModelRuntime.Listener {
    @Override
    public void ready(int deployment, String runtimeName) {
      heard.add("ready " + deployment + " " + runtimeName + " settled " + settled(deployment));
    }

    @Override
    public void unavailable(int deployment, String runtimeName, Problem problem) {
      heard.add("unavailable " + deployment + " " + runtimeName + " " + problem.message());
    }

    @Override
    public void started(long lease) {
      heard.add("started " + lease);
    }

    @Override
    public void token(long lease, int id, String text) {
      heard.add("token " + lease + " " + id + " " + text);
    }

    @Override
    public void restarted(long lease) {
      heard.add("restarted " + lease);
    }

    @Override
    public void done(long lease, Result result) {
      heard.add("done " + lease + " " + result.finishReason());
    }

    @Override
    public void failed(long lease, Problem problem) {
      heard.add("failed " + lease + " " + problem.message());
    }

    @Override
    public void heartbeat(String runtimeName) {
      heard.add("heartbeat " + runtimeName);
    }

    @Override
    public void lost(String runtimeName, String reason) {
      heard.add("lost " + runtimeName + " " + reason);
    }
  }

  private boolean settled(int deployment) {
    try {
      return readiness.awaitSettled(deployment, 0);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void every_report_reaches_the_pool_as_it_was_made_and_in_that_order() {
    listener.started(4);
    listener.token(4, 17, "Once");
    listener.restarted(4);
    listener.done(4, new Result("stop", new Usage(1, 2), List.of(), List.of()));
    listener.failed(5, BROKEN);
    listener.heartbeat("w-0");
    listener.lost("w-0", "killed");
    listener.unavailable(1, "w-0", BROKEN);
    assertThat(heard)
        .containsExactly(
            "started 4",
            "token 4 17 Once",
            "restarted 4",
            "done 4 stop",
            "failed 5 it broke",
            "heartbeat w-0",
            "lost w-0 killed",
            "unavailable 1 w-0 it broke");
  }

  /** Who sees the node ready may send at once, so the pool must know before. */
  @Test
  void the_pool_knows_that_a_model_is_ready_before_anybody_else() {
    listener.ready(1, "w-0");
    assertThat(heard).containsExactly("ready 1 w-0 settled false");
    assertThat(settled(1)).isTrue();
  }

  @Test
  void what_is_unavailable_or_lost_is_so_for_the_node() {
    listener.unavailable(1, "w-0", BROKEN);
    assertThat(readiness.problem(1)).isEqualTo(BROKEN);
    listener.ready(2, "w-1");
    listener.lost("w-1", "killed");
    assertThat(settled(2)).isFalse();
  }
}
