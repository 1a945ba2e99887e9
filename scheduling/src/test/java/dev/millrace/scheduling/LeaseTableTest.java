package dev.millrace.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.kernel.sim.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTableTest {

  private final AtomicLong numbers = new AtomicLong(LeaseTable.firstOf(1));
  private final LeaseTable table = new LeaseTable(numbers::incrementAndGet);
  private final Deployment deployment = World.deployment(1, ModelSpec.Kind.GENERATE, 1, 1_000_000);
  private final DeploymentQueue queue =
      new DeploymentQueue(
          deployment,
          new FakeRuntime(),
          ModelMeters.of(Meters.none(), "m", new VirtualClock()),
          16,
          ArrivalOrder::new);
  private final Host host = new Host("worker", 0);
  private final Host other = new Host("other", 0);

  private Lease open(Host at) {
    queue.slotTaken();
    World world = new World();
    var task =
        world.task(
            deployment,
            dev.millrace.domain.task.TaskClass.STANDARD,
            java.time.Duration.ofSeconds(1),
            dev.millrace.domain.task.Durability.MEMORY);
    TaskRun run = new TaskRun(task, deployment, new RecordingStream(task), null, null);
    return table.open(queue, at, new Lease.Slot(), run);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void it_behaves_like_a_sorted_map(long seed) {
    Random random = new Random(seed);
    TreeMap<Long, Lease> model = new TreeMap<>();
    for (int step = 0; step < 2_000; step++) {
      if (model.isEmpty() || random.nextInt(100) < 52) {
        Lease lease = open(random.nextBoolean() ? host : other);
        model.put(lease.number, lease);
      } else {
        List<Long> keys = new ArrayList<>(model.keySet());
        Long number = keys.get(random.nextInt(keys.size()));
        table.close(model.remove(number));
        assertThat(table.get(number)).isNull();
      }
      assertThat(table.size()).isEqualTo(model.size());
    }
    assertThat(table.all()).isEqualTo(List.copyOf(model.values()));
    model.forEach((number, lease) -> assertThat(table.get(number)).isSameAs(lease));
    assertThat(table.of(host))
        .isEqualTo(model.values().stream().filter(lease -> lease.host == host).toList());
    assertThat(host.leases() + other.leases()).isEqualTo(model.size());
    assertThat(deployment.concurrency() - queue.freeSlots()).isEqualTo(model.size());
  }

  @Test
  void closing_twice_is_a_defect() {
    Lease lease = open(host);
    table.close(lease);
    assertThatThrownBy(() -> table.close(lease)).hasMessageContaining("not live");
  }
}
