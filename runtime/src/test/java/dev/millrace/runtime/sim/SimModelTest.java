package dev.millrace.runtime.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.codec.SpecCodec;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import org.junit.jupiter.api.Test;

class SimModelTest {

  @Test
  void the_deployment_has_room_for_a_hundred_thousand_and_survives_its_codec() {
    Deployment deployment = SimModel.deployment(3, "default");
    assertThat(deployment.concurrency()).isEqualTo(100_000);
    assertThat(deployment.spec().generates()).isTrue();
    assertThat(deployment.spec().runtime()).isEqualTo(ModelSpec.RuntimeKind.SIM);
    ByteSink sink = new ByteSink(64);
    SpecCodec.write(sink, deployment);
    assertThat(SpecCodec.read(new ByteSource(sink.toByteArray()))).isEqualTo(deployment);
  }

  @Test
  void settings_out_of_range_name_what_was_found_and_expected() {
    var refused =
        org.assertj.core.api.Assertions.catchThrowable(() -> new SimSettings("sim", 1, 0, 1));
    assertThat(refused).hasMessage("sim.capacity: 0 (expected: 1..100000)");
  }
}
