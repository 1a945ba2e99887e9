package dev.millrace.control.snapshot;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.task.TaskClass;
import java.util.List;
import java.util.Map;

/** The built-in model {@code sim}, which has no folder and so no manifest. */
final class SimulatedModel {

  static final String NAME = "sim";

  private static final String VERSION = "1";
  private static final String NO_FILES = "0".repeat(64);
  private static final int LONGEST = 1 << 20;

  private SimulatedModel() {}

  static ModelSpec spec() {
    return new ModelSpec(
        NAME,
        VERSION,
        Kind.GENERATE,
        RuntimeKind.SIM,
        NO_FILES,
        "",
        Map.of(),
        List.of(
            field("tokens", "int64"),
            field("interval_ms", "int64"),
            field("service_ms", "float64"),
            field("fail_rate", "float64")),
        List.of(field("text", "text")),
        List.of(),
        Isolation.IN_PROCESS,
        new Defaults(60_000, TaskClass.STANDARD, 1),
        LONGEST,
        null,
        null,
        null);
  }

  private static Field field(String name, String type) {
    return new Field(name, type, List.of(), Map.of("optional", true));
  }
}
