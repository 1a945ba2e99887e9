package dev.millrace.verify.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.registry.BundledModels;
import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.snapshot.SnapshotBuilder;
import dev.millrace.control.snapshot.SnapshotHolder;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.InProcessRuntime;
import dev.millrace.runtime.llama.LlamaSettings;
import dev.millrace.server.worker.Engines;
import dev.millrace.verify.node.Assets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every model that ships, from its folder through the registry to its answered sample. */
class BundledModelsTest {

  /** No model here needs it. */
  private static final LlamaSettings LLAMA = new LlamaSettings(List.of(), 1L << 20, 1);

  @TempDir private Path data;

  private record Told(int deployment, String what) {}

  @Test
  void every_bundled_model_loads_and_answers_its_sample() throws Exception {
    BundledModels bundled =
        BundledModels.install(Assets.home().resolve("models"), data.resolve("bundled"));
    assertThat(bundled.problems()).isEmpty();
    ModelRegistry registry =
        ModelRegistry.open(data, bundled, Set.of(RuntimeKind.ONNX, RuntimeKind.ONNX_DECODER));
    assertThat(registry.verify()).isEmpty();
    SnapshotHolder snapshots = new SnapshotHolder(new SnapshotBuilder(registry), Clock.system());
    snapshots.reload(() -> ConfigReader.read((Path) null, Map.of()));
    Collection<Deployment> deployments = snapshots.current().deployments().values();
    assertThat(deployments)
        .extracting(Deployment::model)
        .containsExactlyInAnyOrder(
            "banking77-heavy",
            "banking77-light",
            "card_fraud_heavy_gbdt",
            "card_fraud_light_lr",
            "efficientnet-lite0",
            "minilm",
            "tale-0.2m",
            "tale-1.1m");
    BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    try (InProcessRuntime runtime =
        new InProcessRuntime(
            "test", Engines.all(Clock.system(), LLAMA), new Listener(told), Clock.system())) {
      for (Deployment deployment : deployments) {
        runtime.load(deployment);
        assertThat(told.poll(60, TimeUnit.SECONDS))
            .as(deployment.model())
            .isEqualTo(new Told(deployment.id(), "ready"));
      }
    }
  }

  /** Hears only whether a model is ready; nothing runs here but samples. */
  private record Listener(BlockingQueue<Told> told) implements ModelRuntime.Listener {

    @Override
    public void ready(int deployment, String runtimeName) {
      told.add(new Told(deployment, "ready"));
    }

    @Override
    public void unavailable(int deployment, String runtimeName, Problem problem) {
      told.add(new Told(deployment, problem.message()));
    }

    @Override
    public void started(long lease) {
      throw new AssertionError("nothing was assigned");
    }

    @Override
    public void token(long lease, int id, String text) {
      throw new AssertionError("nothing was assigned");
    }

    @Override
    public void restarted(long lease) {
      throw new AssertionError("nothing was assigned");
    }

    @Override
    public void done(long lease, ModelRuntime.Result result) {
      throw new AssertionError("nothing was assigned");
    }

    @Override
    public void failed(long lease, Problem problem) {
      throw new AssertionError("nothing was assigned");
    }

    @Override
    public void heartbeat(String runtimeName) {
      // Only workers have a heart.
    }

    @Override
    public void lost(String runtimeName, String reason) {
      told.add(new Told(-1, reason));
    }
  }
}
