package dev.millrace.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.fakes.Reports;
import dev.millrace.runtime.testing.Specs;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A model that loads, answers its sample wrongly, and does not let go of its memory readily. */
class RefusedLoadTest {

  private final Reports reports = new Reports();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private final class StubbornModel implements LoadedModel {
    @Override
    public void run(List<Attempt> attempts, ModelRuntime.Listener listener) {
      Problem problem = Problem.of(ErrorCode.RUNTIME_FAILED, "no answer of mine");
      attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
    }

    @Override
    public void cancel(long lease) {}

    @Override
    public void close() {
      closing.countDown();
      try {
        if (!released.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody released it");
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class OneEngine implements Engine {
    @Override
    public boolean serves(Deployment deployment) {
      return true;
    }

    @Override
    public LoadedModel load(Deployment deployment) {
      return new StubbornModel();
    }
  }

  private static Deployment sampled(int id) {
    return new Specs("stubborn", Kind.TENSOR, RuntimeKind.ONNX, Path.of("."))
        .sample("{}", "{}", 0)
        .deployment(id, 1);
  }

  @Test
  void why_a_model_is_refused_is_told_before_it_is_closed() throws InterruptedException {
    try (var runtime =
        new InProcessRuntime("local", List.of(new OneEngine()), reports, Clock.system())) {
      runtime.load(sampled(1));
      assertThat(reports.await("unavailable 1")).contains("no answer of mine");
      assertThat(closing.await(20, TimeUnit.SECONDS)).as("its memory is freed after that").isTrue();
      assertThat(reports.count("ready")).isZero();
      released.countDown();
    }
  }

  @Test
  void the_id_of_a_refused_model_may_be_loaded_again_although_its_close_hangs() {
    try (var runtime =
        new InProcessRuntime("local", List.of(new OneEngine()), reports, Clock.system())) {
      runtime.load(sampled(1));
      reports.await("unavailable 1");
      int seen = reports.size();
      runtime.load(sampled(1));
      assertThat(reports.await(seen, line -> line.startsWith("unavailable 1"))).isNotEmpty();
      released.countDown();
    }
  }
}
