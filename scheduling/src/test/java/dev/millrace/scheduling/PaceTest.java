package dev.millrace.scheduling;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final World world = new World();
  private final RecordingStream reply = world.submit(world.generator(1, 4));
  private final long lease = world.runtime.last().lease();

  private void tokens(int count) {
    for (int i = 0; i < count; i++) {
      world.token(lease, i);
    }
  }

  @Test
  void an_attempt_whose_reader_keeps_up_is_never_asked_to_wait() {
    reply.lead = Pace.MOST_AHEAD - 1;
    tokens(1_000);
    assertThat(world.runtime.paces).isEmpty();
  }

  @Test
  void one_that_is_far_ahead_waits_until_its_reader_has_caught_up() {
    reply.lead = Pace.MOST_AHEAD;
    tokens(200);
    assertThat(world.runtime.paces).containsExactly(lease + " waits");
    reply.lead = Pace.GO_ON + 1;
    world.advance(ofMillis(100));
    assertThat(world.runtime.paces).hasSize(1);
    reply.lead = Pace.GO_ON;
    world.advance(ofMillis(100));
    assertThat(world.runtime.paces).containsExactly(lease + " waits", lease + " goes on");
  }

  @Test
  void it_waits_again_when_its_reader_falls_behind_again() {
    for (int round = 0; round < 3; round++) {
      reply.lead = Pace.MOST_AHEAD;
      tokens(64);
      reply.lead = 0;
      world.advance(ofMillis(100));
    }
    assertThat(world.runtime.paces).hasSize(6);
  }

  @Test
  void one_that_ends_while_it_waits_is_forgotten() {
    reply.lead = Pace.MOST_AHEAD;
    tokens(64);
    world.done(lease);
    reply.lead = 0;
    world.advance(ofMillis(100));
    assertThat(world.runtime.paces).containsExactly(lease + " waits");
  }

  @Test
  void one_that_is_cancelled_while_it_waits_is_cancelled() {
    reply.lead = Pace.MOST_AHEAD;
    tokens(64);
    world.cancel(reply);
    assertThat(world.runtime.cancelled).containsExactly(lease);
    world.advance(ofMillis(100));
    world.runtime.failed(lease, ErrorCode.CANCELLED);
    world.advance(ofMillis(100));
    assertThat(world.runtime.paces).containsExactly(lease + " waits");
  }

  @Test
  void several_wait_each_for_their_own_reader() {
    var other = world.submit(world.generator(2, 4));
    long second = world.runtime.last().lease();
    reply.lead = Pace.MOST_AHEAD;
    other.lead = Pace.MOST_AHEAD;
    tokens(64);
    for (int i = 0; i < 64; i++) {
      world.token(second, i);
    }
    other.lead = 0;
    world.advance(ofMillis(100));
    assertThat(world.runtime.paces)
        .containsExactly(lease + " waits", second + " waits", second + " goes on");
  }
}
