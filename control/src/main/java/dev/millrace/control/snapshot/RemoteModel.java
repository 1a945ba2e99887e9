package dev.millrace.control.snapshot;

import dev.millrace.control.config.RemoteConfig;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.model.ModelSpec.Step;
import dev.millrace.domain.task.TaskClass;
import java.util.List;
import java.util.Map;

/** A model of the section {@code remotes}, which has no folder and so no manifest. */
final class RemoteModel {

  private static final String VERSION = "1";
  private static final String NO_FILES = "0".repeat(64);

  private RemoteModel() {}

  /** Without its id. The node does not wait for servers of others to be ready. */
  static Deployment deployment(RemoteConfig config) {
    ModelSpec spec = spec(config);
    int concurrency = config.concurrency() == 0 ? connections(spec) : config.concurrency();
    return new Deployment(0, spec, config.pool(), Isolation.IN_PROCESS, 1, concurrency, false);
  }

  /** All connections to all replicas: what is in flight at most. */
  static int connections(ModelSpec spec) {
    for (Step step : spec.steps()) {
      if (step.options().get("urls") instanceof List<?> urls
          && step.options().get("connections") instanceof Long each) {
        return Math.toIntExact(urls.size() * each);
      }
    }
    return 1;
  }

  private static ModelSpec spec(RemoteConfig config) {
    boolean generates = config.kind() == RemoteConfig.Kind.GENERATE;
    return new ModelSpec(
        config.name(),
        VERSION,
        generates ? Kind.GENERATE : Kind.EMBED,
        RuntimeKind.REMOTE,
        NO_FILES,
        "",
        Map.of(),
        generates
            ? List.of(field("prompt", true), field("messages", true))
            : List.of(field("text", false)),
        generates
            ? List.of(field("text", false))
            : List.of(new Field("embedding", "float32", List.of(-1L), Map.of())),
        List.of(config.upstream()),
        Isolation.IN_PROCESS,
        new Defaults(config.deadlineMillis(), TaskClass.STANDARD, 1),
        0,
        null,
        null,
        null);
  }

  private static Field field(String name, boolean optional) {
    return new Field(name, "text", List.of(), optional ? Map.of("optional", true) : Map.of());
  }
}
