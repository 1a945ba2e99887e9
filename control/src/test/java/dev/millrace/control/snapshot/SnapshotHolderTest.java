package dev.millrace.control.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.control.config.ConfigReader;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.control.manifest.Folder;
import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.OnnxBytes;
import dev.millrace.control.registry.BundledModels;
import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.yaml.Findings;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotHolderTest {

  private static final Set<RuntimeKind> RUNNABLE = Set.of(RuntimeKind.ONNX);

  @TempDir Path temp;
  private final VirtualClock clock = new VirtualClock();
  private final List<SnapshotListener.Change> heard = new ArrayList<>();
  private ModelRegistry registry;
  private SnapshotHolder holder;
  private Folder source;

  @BeforeEach
  void start() throws IOException {
    registry = ModelRegistry.open(temp.resolve("data"), BundledModels.NONE, RUNNABLE);
    source = Folder.good(temp.resolve("fraud"));
    holder = holderOf(registry);
  }

  private SnapshotHolder holderOf(ModelRegistry models) {
    SnapshotHolder made = new SnapshotHolder(new SnapshotBuilder(models), clock);
    made.listen(heard::add);
    return made;
  }

  private static NodeConfig config(String text) {
    return ConfigReader.read(text.getBytes(StandardCharsets.UTF_8), "millrace.yaml", Map.of());
  }

  private ServingSnapshot swapped(String text) {
    Reload reload = holder.reload(() -> config(text));
    assertThat(reload).isInstanceOf(Reload.Swapped.class);
    return ((Reload.Swapped) reload).snapshot();
  }

  private String refused(String text) {
    Reload reload = holder.reload(() -> config(text));
    assertThat(reload).isInstanceOf(Reload.Refused.class);
    return ((Reload.Refused) reload).findings().toString();
  }

  @Test
  void the_first_snapshot_serves_nothing() {
    assertThat(holder.current().number()).isZero();
    assertThat(holder.current().deployments()).isEmpty();
  }

  @Test
  void a_reload_swaps_all_of_it_and_tells_what_changed() throws IOException {
    registry.add("fraud", source.path(), null);
    clock.advance(Duration.ofSeconds(3));
    ServingSnapshot first =
        swapped("deployments: [{model: fraud, max_batch: 4}]\nlimits: {max_tokens: 9}");
    assertThat(holder.current()).isSameAs(first);
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.limits().maxTokens()).isEqualTo(9);
    assertThat(first.builtAtWallMillis()).isEqualTo(clock.wallMillis());
    Deployment deployment = first.deployment("fraud");
    assertThat(deployment.maxBatch()).isEqualTo(4);
    assertThat(deployment.pool()).isEqualTo("default");
    assertThat(deployment.isolation()).isEqualTo(Isolation.WORKER);
    assertThat(deployment.required()).isTrue();
    assertThat(heard.getLast().added()).containsExactly(deployment);
    swapped("");
    assertThat(heard.getLast().removed()).containsExactly(deployment);
    assertThat(heard.getLast().before()).isSameAs(first);
  }

  @Test
  void what_is_wrong_leaves_the_old_one_and_says_everything() throws IOException {
    registry.add("fraud", source.path(), null);
    ServingSnapshot good = swapped("deployments: [{model: fraud}]");
    int told = heard.size();
    assertThat(refused("deployments: [{model: fraud, version: 7}, {model: nothing}]"))
        .contains("fraud: models: fraud: no version 7")
        .contains("nothing: models: nothing: no such model");
    assertThat(refused("http: {port: x}")).contains("http.port");
    assertThat(
            holder.reload(
                () -> {
                  throw new IOException("gone");
                }))
        .isInstanceOf(Reload.Refused.class);
    assertThat(holder.current()).isSameAs(good);
    assertThat(heard).hasSize(told);
  }

  @Test
  void what_is_taken_out_of_service_stays_out_through_a_reload_until_it_is_put_back()
      throws IOException {
    registry.add("fraud", source.path(), null);
    Deployment fraud = swapped("deployments: [{model: fraud}]").deployment("fraud");
    assertThat(holder.serve("fraud", false)).isTrue();
    assertThat(holder.current().deployments()).isEmpty();
    assertThat(heard.getLast().removed()).containsExactly(fraud);
    assertThat(holder.outOfService()).containsOnlyKeys("fraud");
    assertThat(swapped("deployments: [{model: fraud}]").deployments()).isEmpty();

    assertThat(holder.serve("fraud", true)).isTrue();
    assertThat(holder.current().deployment("fraud").spec()).isEqualTo(fraud.spec());
    assertThat(holder.current().deployment("fraud").id()).isNotEqualTo(fraud.id());
    assertThat(heard.getLast().added()).hasSize(1);
    assertThat(holder.outOfService()).isEmpty();
  }

  @Test
  void only_what_is_configured_can_be_taken_out_and_put_back() throws IOException {
    registry.add("fraud", source.path(), null);
    assertThat(holder.serve("fraud", true)).isFalse();
    swapped("deployments: [{model: fraud}]");
    long number = holder.current().number();
    assertThat(holder.serve("nobody", true)).isFalse();
    assertThat(holder.serve("nobody", false)).isFalse();
    assertThat(holder.serve("fraud", true)).isTrue();
    assertThat(holder.current().number()).isEqualTo(number);
    holder.serve("fraud", false);
    swapped("");
    assertThat(holder.outOfService()).isEmpty();
    assertThat(holder.serve("fraud", true)).isFalse();
  }

  @Test
  void an_unchanged_deployment_keeps_its_id_and_a_changed_one_gets_a_new_one() throws IOException {
    registry.add("fraud", source.path(), null);
    int first = swapped("deployments: [{model: fraud}]").deployment("fraud").id();
    ServingSnapshot second =
        swapped("deployments: [{model: fraud, required: false}]\nmodels: {simulated: true}");
    assertThat(second.deployment("fraud").id()).isEqualTo(first);
    assertThat(second.deployment("fraud").required()).isFalse();
    assertThat(heard.getLast().kept()).extracting(Deployment::model).containsExactly("fraud");
    int changed = swapped("deployments: [{model: fraud, concurrency: 3}]").deployment("fraud").id();
    assertThat(changed).isNotEqualTo(first);
    registry.add("fraud", source.instead("version", "version: \"2\"").path(), null);
    assertThat(swapped("deployments: [{model: fraud, concurrency: 3}]").deployment("fraud").id())
        .isNotEqualTo(changed);
  }

  @Test
  void a_version_with_a_flipped_bit_never_gets_into_a_snapshot() throws IOException {
    registry.add("fraud", source.path(), null);
    flipOneBit();
    assertThat(refused("deployments: [{model: fraud}]")).contains("m.onnx");
    assertThat(holder.current().number()).isZero();
  }

  private void flipOneBit() throws IOException {
    Path file = temp.resolve("data/models/fraud/1/content/m.onnx");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private ServingSnapshot started(String text) {
    Reload start = holder.start(() -> config(text));
    assertThat(start).isInstanceOf(Reload.Swapped.class);
    return ((Reload.Swapped) start).snapshot();
  }

  @Test
  void a_start_leaves_a_damaged_model_out_and_says_what_was_found_and_expected()
      throws IOException {
    registry.add("fraud", source.path(), null);
    flipOneBit();
    ServingSnapshot first =
        started("deployments: [{model: fraud}]\nmodels: {simulated: true, bundled: false}");
    assertThat(first.deployments()).containsOnlyKeys("sim");
    assertThat(first.refused().get("fraud").required()).isTrue();
    Problem why = first.whyNot("fraud");
    assertThat(why.code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
    assertThat(why.message())
        .contains("fraud cannot be served: fraud 1: m.onnx: SHA-256 ", "(expected: ");
    assertThat(first.whyNot("sim")).isNull();
  }

  @Test
  void a_start_goes_on_without_a_manifest_a_file_a_listing_or_a_folder() throws IOException {
    for (String gone : List.of("content/model.yaml", "content/m.onnx", "listing", "content")) {
      start();
      registry.add("fraud", source.path(), null);
      Path damaged = temp.resolve("data/models/fraud/1").resolve(gone);
      Files.move(damaged, temp.resolve("moved"));
      assertThat(started("deployments: [{model: fraud, required: false}]").refused())
          .as(gone)
          .containsOnlyKeys("fraud")
          .allSatisfy((model, why) -> assertThat(why.required()).isFalse());
      Files.move(temp.resolve("moved"), damaged);
      assertThat(swapped("deployments: [{model: fraud}]").whyNot("fraud")).isNull();
    }
  }

  @Test
  void a_start_still_refuses_what_the_configuration_is_to_blame_for() throws IOException {
    registry.add("fraud", source.path(), null);
    Reload start =
        holder.start(() -> config("deployments: [{model: fraud, variant: q}, {model: fruad}]"));
    assertThat(start).isInstanceOf(Reload.Refused.class);
    assertThat(((Reload.Refused) start).findings()).hasSize(2);
  }

  @Test
  void running_in_the_node_needs_an_approved_digest() throws IOException {
    source.line("isolation: in-process");
    registry.add("fraud", source.path(), null);
    assertThat(refused("deployments: [{model: fraud, isolation: in-process}]"))
        .contains("not approved")
        .contains("--isolation in-process");
    assertThat(swapped("deployments: [{model: fraud}]").deployment("fraud").isolation())
        .isEqualTo(Isolation.WORKER);
    registry.add("fraud", source.path(), Isolation.IN_PROCESS);
    assertThat(swapped("deployments: [{model: fraud}]").deployment("fraud").isolation())
        .isEqualTo(Isolation.IN_PROCESS);
    assertThat(
            swapped("deployments: [{model: fraud, isolation: worker}]")
                .deployment("fraud")
                .isolation())
        .isEqualTo(Isolation.WORKER);
  }

  @Test
  void a_worker_model_needs_a_pool_with_workers() throws IOException {
    registry.add("fraud", source.path(), null);
    assertThat(
            refused("pools: [{name: none, workers: 0}]\ndeployments: [{model: fraud, pool: none}]"))
        .contains("isolation worker in pool none with 0 workers");
  }

  @Test
  void bundled_models_are_served_unless_switched_off() throws IOException {
    Path models = Files.createDirectories(temp.resolve("models"));
    Folder bundled = Folder.good(models.resolve("fraud")).line("isolation: in-process");
    String digest = FolderScanner.scan(bundled.path(), new Findings()).digest();
    Files.writeString(models.resolve("BUNDLED.txt"), "version fraud 1 " + digest + "\n");
    holder =
        holderOf(
            ModelRegistry.open(
                temp.resolve("data"),
                BundledModels.install(models, temp.resolve("data/bundled")),
                RUNNABLE));
    Deployment deployment = swapped("").deployment("fraud");
    assertThat(deployment.isolation()).isEqualTo(Isolation.IN_PROCESS);
    assertThat(deployment.required()).isTrue();
    assertThat(
            swapped("deployments: [{model: fraud, max_batch: 2}]").deployment("fraud").maxBatch())
        .isEqualTo(2);
    assertThat(swapped("models: {bundled: false}").deployments()).isEmpty();
  }

  @Test
  void the_simulated_model_is_served_when_asked_for() {
    Deployment sim =
        swapped("models: {simulated: true, simulated_concurrency: 7}").deployment("sim");
    assertThat(sim.spec().runtime()).isEqualTo(RuntimeKind.SIM);
    assertThat(sim.isolation()).isEqualTo(Isolation.IN_PROCESS);
    assertThat(sim.concurrency()).isEqualTo(7);
  }

  @Test
  void at_most_eight_snapshots_are_kept() {
    for (int i = 0; i < 20; i++) {
      swapped("");
    }
    assertThat(holder.current().number()).isEqualTo(20);
    assertThat(holder.find(20)).isSameAs(holder.current());
    assertThat(holder.find(13)).isNotNull();
    assertThat(holder.find(12)).isNull();
  }

  @Test
  void a_listener_that_fails_keeps_nobody_from_hearing() {
    SnapshotHolder other = new SnapshotHolder(new SnapshotBuilder(registry), clock);
    other.listen(
        change -> {
          throw new IllegalStateException("planted");
        });
    other.listen(heard::add);
    other.reload(() -> config(""));
    assertThat(heard).hasSize(1);
    assertThat(other.current().number()).isEqualTo(1);
  }

  @Test
  void a_snapshot_cannot_be_changed() throws IOException {
    registry.add("fraud", source.with("m.onnx", OnnxBytes.simple(5)).path(), null);
    ServingSnapshot snapshot = swapped("deployments: [{model: fraud}]");
    assertThat(snapshot.deployments()).isUnmodifiable();
  }

  @Test
  void a_remote_model_is_loaded_anew_only_when_its_own_settings_change() {
    String text = "models: {bundled: false}\nremotes: [{name: big, urls: [\"http://h:1/v1\"]}]";
    Deployment first = swapped(text).deployment("big");
    assertThat(first.spec().runtime()).isEqualTo(RuntimeKind.REMOTE);
    assertThat(first.isolation()).isEqualTo(Isolation.IN_PROCESS);
    assertThat(first.required()).isFalse();
    assertThat(first.concurrency()).isEqualTo(64);
    assertThat(swapped(text + "\nnode: {drain: 1s}").deployment("big").id()).isEqualTo(first.id());
    String other = text.replace("h:1/v1", "h:2/v1");
    assertThat(swapped(other).deployment("big").id()).isNotEqualTo(first.id());
  }
}
