package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.sim.VirtualClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final Problem BROKEN = Problem.of(ErrorCode.RUNTIME_FAILED, "it broke");

  private final Map<String, Deployment> deployments = new LinkedHashMap<>();
  private final Map<String, ServingSnapshot.Refused> refused = new LinkedHashMap<>();
  private final Readiness readiness = new Readiness(this::snapshot, new VirtualClock());

  private ServingSnapshot snapshot() {
    return new ServingSnapshot(1, deployments, refused, RequestLimits.DEFAULT, 0);
  }

  private void serve(int id, String name, boolean required) {
    ModelSpec spec =
        new ModelSpec(
            name,
            "1",
            Kind.GENERATE,
            RuntimeKind.SIM,
            "0".repeat(64),
            "",
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            Isolation.WORKER,
            new Defaults(30_000, TaskClass.STANDARD, 16),
            256,
            null,
            "Apache-2.0",
            null);
    deployments.put(name, new Deployment(id, spec, "default", Isolation.WORKER, 16, 8, required));
  }

  @Test
  void a_node_without_models_waits_for_nothing() {
    assertThat(readiness.waitingFor()).isEmpty();
    assertThat(readiness.settled()).isTrue();
    assertThat(readiness.refused()).isEmpty();
  }

  @Test
  void a_model_is_waited_for_until_it_has_answered_its_sample() {
    serve(1, "tale", true);
    assertThat(readiness.waitingFor()).containsExactly("tale is loading");
    assertThat(readiness.isReady("tale")).isFalse();
    assertThat(readiness.settled()).isFalse();

    readiness.ready(1, "w-0");
    assertThat(readiness.waitingFor()).isEmpty();
    assertThat(readiness.isReady("tale")).isTrue();
    assertThat(readiness.settled()).isTrue();
  }

  @Test
  void a_model_that_cannot_be_served_is_settled_and_says_why() {
    serve(1, "tale", true);
    readiness.unavailable(1, BROKEN);
    assertThat(readiness.settled()).isTrue();
    assertThat(readiness.problem(1)).isEqualTo(BROKEN);
    assertThat(readiness.waitingFor()).containsExactly("tale cannot be served: it broke");
    assertThat(readiness.refused()).isEqualTo(readiness.waitingFor());
    assertThat(readiness.isReady("tale")).isFalse();
  }

  @Test
  void what_is_not_required_is_told_and_not_waited_for() {
    serve(1, "tale", false);
    assertThat(readiness.waitingFor()).isEmpty();
    assertThat(readiness.settled()).as("it may still come").isFalse();
    readiness.unavailable(1, BROKEN);
    assertThat(readiness.waitingFor()).isEmpty();
    assertThat(readiness.refused()).containsExactly("tale cannot be served: it broke");
  }

  @Test
  void a_model_left_out_of_the_snapshot_is_waited_for_only_when_it_is_required() {
    refused.put("a", new ServingSnapshot.Refused(Problem.of(ErrorCode.INTERNAL, "a is cut"), true));
    refused.put(
        "b", new ServingSnapshot.Refused(Problem.of(ErrorCode.INTERNAL, "b is cut"), false));
    assertThat(readiness.waitingFor()).containsExactly("a is cut");
    assertThat(readiness.refused()).containsExactly("a is cut", "b is cut");
    assertThat(readiness.settled()).isTrue();
  }

  @Test
  void a_lost_worker_takes_what_it_served_and_nothing_else() {
    serve(1, "tale", true);
    serve(2, "fraud", true);
    serve(3, "intents", true);
    readiness.ready(1, "w-0");
    readiness.ready(2, "w-1");
    readiness.unavailable(3, BROKEN);
    readiness.lost("w-0");
    readiness.lost("never heard of");
    assertThat(readiness.isReady("tale")).isFalse();
    assertThat(readiness.isReady("fraud")).isTrue();
    assertThat(readiness.waitingFor())
        .containsExactly("tale is loading", "intents cannot be served: it broke");
    readiness.ready(1, "w-0");
    assertThat(readiness.isReady("tale")).isTrue();
  }

  @Test
  void the_last_report_holds() {
    serve(1, "tale", true);
    readiness.unavailable(1, BROKEN);
    readiness.ready(1, "w-0");
    assertThat(readiness.problem(1)).isNull();
    assertThat(readiness.isReady("tale")).isTrue();
    readiness.unavailable(1, BROKEN);
    assertThat(readiness.isReady("tale")).isFalse();
  }

  @Test
  void of_a_model_that_was_taken_out_nothing_is_remembered() {
    serve(1, "tale", true);
    readiness.unavailable(1, BROKEN);
    readiness.removed(1);
    assertThat(readiness.problem(1)).isNull();
    assertThat(readiness.waitingFor()).containsExactly("tale is loading");
    readiness.ready(1, "w-0");
    readiness.removed(1);
    assertThat(readiness.isReady("tale")).isFalse();
  }

  @Test
  void a_name_that_nobody_serves_is_not_ready() {
    readiness.ready(1, "w-0");
    assertThat(readiness.isReady("tale")).isFalse();
  }

  @Test
  void a_condition_is_asked_each_time_and_stands_before_the_models() {
    AtomicBoolean writable = new AtomicBoolean();
    readiness.require("the log takes nothing", writable::get);
    serve(1, "tale", true);
    assertThat(readiness.waitingFor()).containsExactly("the log takes nothing", "tale is loading");
    writable.set(true);
    assertThat(readiness.waitingFor()).containsExactly("tale is loading");
    readiness.ready(1, "w-0");
    writable.set(false);
    assertThat(readiness.waitingFor()).containsExactly("the log takes nothing");
  }

  @Test
  void whoever_waits_for_a_model_is_woken_by_either_end_of_it() throws Exception {
    Readiness waited = new Readiness(this::snapshot, Clock.system());
    for (Runnable end :
        List.<Runnable>of(() -> waited.ready(1, "w-0"), () -> waited.unavailable(1, BROKEN))) {
      waited.removed(1);
      CountDownLatch asked = new CountDownLatch(1);
      CompletableFuture<Boolean> answer =
          CompletableFuture.supplyAsync(
              () -> {
                asked.countDown();
                try {
                  return waited.awaitSettled(1, 20_000);
                } catch (InterruptedException interrupted) {
                  throw new AssertionError(interrupted);
                }
              });
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      waited.ready(2, "another");
      end.run();
      assertThat(answer.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void who_waits_no_longer_than_that_is_told_that_it_took_longer() throws InterruptedException {
    Readiness waited = new Readiness(this::snapshot, Clock.system());
    assertThat(waited.awaitSettled(1, 0)).isFalse();
    assertThat(waited.awaitSettled(1, 1)).isFalse();
    waited.ready(1, "w-0");
    assertThat(waited.awaitSettled(1, 0)).isTrue();
  }
}
