package dev.millrace.ingress.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskIds;
import dev.millrace.ingress.testing.FakeLine;
import dev.millrace.ingress.testing.Models;
import dev.millrace.kernel.sim.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request leaves open is filled in, and each value it names is held against its limit. */
class TaskFactoryTest {

  private static final long LONGEST_MILLIS = 60_000;
  private static final Principal ANYBODY = new Principal(7, "k", false, TaskClass.CRITICAL);

  private final VirtualClock clock = new VirtualClock();
  private final RequestLimits limits =
      new RequestLimits(8 << 20, 64 << 20, 64, 4_096, LONGEST_MILLIS, 30_000, 1_024, 30_000);
  private final FakeLine line = new FakeLine(clock, limits, Models.ALL);
  private final TaskFactory factory = factory(line.line());

  @AfterEach
  void close() {
    line.close();
  }

  private TaskFactory factory(Line over) {
    TaskIds ids = new TaskIds(clock, new Random(1), 0);
    return new TaskFactory(over, ids, Durability.FSYNC, Durability.MEMORY);
  }

  private static TaskRequest asking(String model) {
    TaskRequest request = TaskRequest.task("tasks");
    request.model = model;
    request.input = new Input.Json("{}".getBytes(StandardCharsets.UTF_8));
    return request;
  }

  private Task made(TaskRequest request) {
    return factory.make(ANYBODY, request).task();
  }

  private Problem refused(Principal principal, TaskRequest request) {
    var thrown =
        catchThrowableOfType(ProblemException.class, () -> factory.make(principal, request).task());
    assertThat(thrown).as("it was not refused").isNotNull();
    return thrown.problem();
  }

  @Test
  void a_task_that_leaves_all_open_has_every_default() {
    clock.advance(Duration.ofSeconds(3));
    Task task = made(asking("sim"));
    assertThat(task.tenant()).isEqualTo(7);
    assertThat(task.model()).isEqualTo("sim");
    assertThat(task.snapshot()).isEqualTo(1);
    Task.Settings settings = task.settings();
    assertThat(settings.taskClass()).isEqualTo(TaskClass.STANDARD);
    assertThat(settings.durability()).isEqualTo(Durability.FSYNC);
    assertThat(settings.onDisconnect()).isEqualTo(OnDisconnect.DETACH);
    assertThat(settings.stream()).isTrue();
    assertThat(settings.budgetMillis()).as("its model's").isEqualTo(30_000);
    assertThat(settings.session()).isNull();
    assertThat(settings.idempotencyKey()).isNull();
    assertThat(task.deadlineNanos() - clock.nanoTime()).isEqualTo(30_000_000_000L);
    assertThat(task.stamps().at(Stamp.ACCEPTED)).isEqualTo(clock.nanoTime());
    assertThat(task.acceptedWallMillis()).isEqualTo(clock.wallMillis());
  }

  @Test
  void a_plain_call_is_gone_with_its_client_and_kept_in_memory() {
    TaskRequest call = TaskRequest.call("openai");
    call.model = "sim";
    Task task = made(call);
    assertThat(task.settings().onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
    assertThat(task.settings().durability()).isEqualTo(Durability.MEMORY);
    assertThat(task.id().memory()).isTrue();
    assertThat(task.id().toString()).startsWith("mem_");
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void who_asks_for_a_durability_gets_it_and_the_id_tells(Durability durability) {
    for (TaskRequest request : List.of(TaskRequest.task("tasks"), TaskRequest.call("openai"))) {
      request.model = "sim";
      request.durability = durability;
      Task task = made(request);
      assertThat(task.settings().durability()).isEqualTo(durability);
      assertThat(task.id().memory()).isEqualTo(durability == Durability.MEMORY);
    }
  }

  @Test
  void no_input_is_an_empty_object() {
    TaskRequest request = TaskRequest.task("tasks");
    request.model = "sim";
    assertThat(((Input.Json) made(request).input()).utf8()).asString().isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 30_000, LONGEST_MILLIS})
  void a_deadline_within_the_limit_is_kept_to_the_millisecond(long millis) {
    TaskRequest request = asking("sim");
    request.deadlineMillis = millis;
    Task task = made(request);
    assertThat(task.settings().budgetMillis()).isEqualTo(millis);
    assertThat(task.deadlineNanos() - clock.nanoTime()).isEqualTo(millis * 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, LONGEST_MILLIS + 1, Long.MAX_VALUE, Long.MIN_VALUE})
  void a_deadline_beyond_the_limit_is_refused_with_both(long millis) {
    TaskRequest request = asking("sim");
    request.deadlineMillis = millis;
    Problem problem = refused(ANYBODY, request);
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(problem.field()).isEqualTo("/deadline_ms");
    assertThat(problem.message())
        .isEqualTo("/deadline_ms: " + millis + " (expected: 1.." + LONGEST_MILLIS + ")");
  }

  @Test
  void a_models_own_deadline_is_cut_to_the_longest_that_may_be_asked_for() {
    RequestLimits shorter = new RequestLimits(1 << 20, 1 << 20, 64, 64, 1_000, 1_000, 4, 1_000);
    try (FakeLine strict = new FakeLine(clock, shorter, Models.ALL)) {
      Task task = factory(strict.line()).make(ANYBODY, asking("sim")).task();
      assertThat(task.settings().budgetMillis()).isEqualTo(1_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CRITICAL, CRITICAL, CRITICAL",
    "CRITICAL, SHEDDABLE, SHEDDABLE",
    "STANDARD, STANDARD, STANDARD",
    "STANDARD, SHEDDABLE, SHEDDABLE",
    "SHEDDABLE, SHEDDABLE, SHEDDABLE",
    "CRITICAL, , STANDARD",
    "STANDARD, , STANDARD",
    "SHEDDABLE, , SHEDDABLE"
  })
  void the_class_is_the_one_asked_for_or_the_models_and_never_above_the_keys(
      TaskClass highest, TaskClass asked, TaskClass given) {
    TaskRequest request = asking("sim");
    request.taskClass = asked;
    Task task = factory.make(new Principal(1, "k", false, highest), request).task();
    assertThat(task.taskClass()).isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource({"STANDARD, CRITICAL", "SHEDDABLE, CRITICAL", "SHEDDABLE, STANDARD"})
  void a_class_above_the_keys_is_forbidden_and_the_highest_is_told(
      TaskClass highest, TaskClass asked) {
    TaskRequest request = asking("sim");
    request.taskClass = asked;
    Problem problem = refused(new Principal(1, "k", false, highest), request);
    assertThat(problem.code()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(problem.field()).isEqualTo("/class");
    assertThat(problem.message())
        .contains(asked.wireName())
        .contains("at most " + highest.wireName());
  }

  @ParameterizedTest
  @CsvSource({
    "/session, 64, '1..64 of A-Z, a-z, 0-9, _ and -'",
    "/idempotency_key, 255, 1..255 visible characters of ASCII"
  })
  void a_name_may_be_so_long_and_neither_empty_nor_longer(
      String field, int longest, String expected) {
    for (int length : new int[] {1, longest}) {
      Task task = made(named(field, "n".repeat(length)));
      assertThat(List.of(task.settings()).toString()).contains("n".repeat(length));
    }
    for (int length : new int[] {0, longest + 1, 100_000}) {
      Problem problem = refused(ANYBODY, named(field, "n".repeat(length)));
      assertThat(problem.message())
          .isEqualTo(field + ": " + length + " characters (expected: " + expected + ")");
    }
  }

  private static TaskRequest named(String field, String value) {
    TaskRequest request = asking("sim");
    if (field.equals("/session")) {
      request.session = value;
    } else {
      request.idempotencyKey = value;
    }
    return request;
  }

  @Test
  void a_model_must_be_named_and_known() {
    Problem none = refused(ANYBODY, TaskRequest.task("tasks"));
    assertThat(none.message()).isEqualTo("/model: nothing (expected: the name of a model)");
    Problem unknown = refused(ANYBODY, asking("no-such"));
    assertThat(unknown.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(unknown.message()).contains("'no-such'").contains("GET /v1/models");
    assertThat(unknown.field()).isEqualTo("/model");
  }

  @Test
  void a_name_of_any_length_is_told_back_only_in_part() {
    Problem problem = refused(ANYBODY, asking("x".repeat(100_000)));
    assertThat(problem.message()).contains("'" + "x".repeat(64) + "...'").hasSizeLessThan(160);
  }

  @Test
  void a_model_that_was_left_out_says_why() {
    Problem damage = Problem.of(ErrorCode.RUNTIME_FAILED, "broken: m.onnx has 3 bytes too few");
    ServingSnapshot snapshot =
        new ServingSnapshot(
            9, Map.of(), Map.of("broken", new ServingSnapshot.Refused(damage, true)), limits, 0);
    Line of = line.line();
    TaskFactory strict =
        factory(new Line(of.intake(), of.streams(), of.dispatcher(), () -> snapshot, clock));
    var thrown =
        catchThrowableOfType(
            ProblemException.class, () -> strict.make(ANYBODY, asking("broken")).task());
    assertThat(thrown.problem()).isEqualTo(damage);
    assertThat(catchThrowableOfType(ProblemException.class, () -> strict.spec("broken")).problem())
        .isEqualTo(damage);
  }

  @Test
  void every_task_has_an_id_of_its_own_in_the_order_of_making() {
    Set<String> ids = new HashSet<>();
    String before = "";
    for (int i = 0; i < 1_000; i++) {
      clock.advance(Duration.ofMillis(1));
      String id = made(asking("sim")).id().toString();
      assertThat(ids.add(id)).isTrue();
      assertThat(id).isGreaterThan(before);
      before = id;
    }
  }

  @Test
  void a_spec_is_told_before_a_request_is_made() {
    for (ModelSpec each : Models.ALL) {
      assertThat(factory.spec(each.name())).isSameAs(each);
    }
    Deployment served = line.current().deployment("tale");
    assertThat(served).isNotNull();
    assertThat(factory.spec("tale")).isSameAs(served.spec());
    assertThat(catchThrowableOfType(ProblemException.class, () -> factory.spec(null)).problem())
        .isEqualTo(Problem.invalid("/model", "nothing", "the name of a model"));
  }
}
