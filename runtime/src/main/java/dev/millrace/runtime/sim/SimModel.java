package dev.millrace.runtime.sim;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.task.TaskClass;
import java.util.List;
import java.util.Map;

/** What the simulated model says of itself: it has no files, so no folder and an empty digest. */
public final class SimModel {

  public static final String NAME = "sim";

  /** SHA-256 over no files at all. */
  private static final String DIGEST =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final int MAX_BATCH = 64;
  private static final int CONCURRENCY = 100_000;
  private static final long DEADLINE_MILLIS = 60_000;

  private SimModel() {}

  public static ModelSpec spec() {
    return new ModelSpec(
        NAME,
        "1",
        Kind.GENERATE,
        RuntimeKind.SIM,
        DIGEST,
        "",
        Map.of(),
        inputs(),
        List.of(new Field("text", "text", List.of(), Map.of())),
        List.of(),
        Isolation.IN_PROCESS,
        new Defaults(DEADLINE_MILLIS, TaskClass.STANDARD, MAX_BATCH),
        SimRequest.MOST_TOKENS,
        null,
        "Apache-2.0",
        null);
  }

  /**
   * The model in a pool, with room for 100,000 attempts at once.
   *
   * @param id unique in this node's life
   */
  public static Deployment deployment(int id, String pool) {
    return new Deployment(
        id, spec(), pool, Isolation.IN_PROCESS, MAX_BATCH, CONCURRENCY, /* required= */ false);
  }

  private static List<Field> inputs() {
    SimRequest standard = SimRequest.DEFAULT;
    return List.of(
        whole("tokens", standard.tokens(), SimRequest.MOST_TOKENS),
        whole("interval_ms", standard.intervalMillis(), SimRequest.LONGEST_MILLIS),
        whole("service_ms", standard.serviceMillis(), SimRequest.LONGEST_MILLIS),
        new Field(
            "fail_rate",
            "float64",
            List.of(),
            Map.of("min", 0.0, "max", 1.0, "default", standard.failRate())));
  }

  private static Field whole(String name, long standard, long most) {
    return new Field(name, "int64", List.of(), Map.of("min", 0L, "max", most, "default", standard));
  }
}
