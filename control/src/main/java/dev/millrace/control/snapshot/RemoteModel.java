package dev.millrace.control.snapshot;

import dev.millrace.control.config.RemoteConfig;
import dev.millrace.control.manifest.RemoteSignature;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Defaults;
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
    Kind kind = config.kind() == RemoteConfig.Kind.GENERATE ? Kind.GENERATE : Kind.EMBED;
    return new ModelSpec(
        config.name(),
        VERSION,
        kind,
        RuntimeKind.REMOTE,
        NO_FILES,
        "",
        Map.of(),
        RemoteSignature.inputs(kind),
        RemoteSignature.outputs(kind),
        List.of(config.upstream()),
        Isolation.IN_PROCESS,
        new Defaults(config.deadlineMillis(), TaskClass.STANDARD, 1),
        0,
        null,
        null,
        null,
        config.capabilities());
  }
}
