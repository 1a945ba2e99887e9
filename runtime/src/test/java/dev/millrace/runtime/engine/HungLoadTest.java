package dev.millrace.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.fakes.Reports;
import dev.millrace.runtime.sim.SimModel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HungLoadTest {

  private final Reports reports = new Reports();
  private final CountDownLatch released = new CountDownLatch(1);

  /** Stands still in its load, as a native library that waits for a lock of its own. */
  private final class StuckEngine implements Engine {
    @Override
    public boolean serves(Deployment deployment) {
      return true;
    }

    @Override
    public LoadedModel load(Deployment deployment) {
      try {
        released.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      throw new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, "released"));
    }
  }

  private void load(boolean giveUp, String report) throws Exception {
    try (InProcessRuntime runtime =
        new InProcessRuntime(
            "local",
            List.of(new StuckEngine()),
            reports,
            Clock.system(),
            Duration.ofMillis(20),
            giveUp)) {
      runtime.load(SimModel.deployment(1, "default"));
      assertThat(reports.await(report)).contains("hangs while it is loaded");
      released.countDown();
    }
  }

  @Test
  void a_load_that_stands_still_gives_a_runtime_up_that_can_be_replaced() throws Exception {
    load(true, "lost local");
  }

  @Test
  void where_other_models_run_only_the_one_that_hangs_is_unavailable() throws Exception {
    load(false, "unavailable 1");
    assertThat(reports.count("lost")).isZero();
  }
}
