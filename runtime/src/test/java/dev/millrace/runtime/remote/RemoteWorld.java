package dev.millrace.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A runtime with one model, and servers that do as a test tells them. */
final class RemoteWorld implements AutoCloseable {

  static final String CHAT = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  final Recorder recorder = new Recorder();
  private final List<ScriptedServer> servers = new ArrayList<>();
  final RemoteRuntime runtime =
      RemoteRuntime.start("remote", 1, recorder, Clock.system(), Meters.none(), _ -> "sk-known");
  private Deployment deployment;

  ScriptedServer serve(ScriptedServer server) {
    servers.add(server);
    return server;
  }

  /**
   * @param more options instead of patient ones
   */
  void load(List<String> urls, Map<String, ?> more) {
    Map<String, Object> options = new HashMap<>();
    options.put("connect_ms", 5_000L);
    options.put("first_token_ms", 30_000L);
    options.put("idle_ms", 30_000L);
    options.put("connections", 8L);
    options.put("urls", urls);
    options.put("model", "theirs");
    options.put("key", "");
    options.putAll(more);
    deployment =
        new Specs("ours", Kind.GENERATE, RuntimeKind.REMOTE, Path.of("."))
            .step("remote", options)
            .deployment(1, 64);
    runtime.load(deployment);
  }

  void ask(long lease) {
    runtime.assign(deployment, List.of(Attempts.of(lease, CHAT)));
  }

  @Override
  public void close() throws IOException {
    runtime.close();
    for (ScriptedServer server : servers) {
      server.close();
    }
    assertThat(recorder.doubles()).isEmpty();
  }
}
