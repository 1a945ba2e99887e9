package dev.millrace.server.client;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node a client verb talks to. */
final class ApiOptions {

  static final String DEFAULT_URL = "http://127.0.0.1:8080";
  private static final int LONGEST_KEY = 4_096;
  private static final int HIGHEST_PORT = 65_535;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The node; default MILLRACE_URL, else " + DEFAULT_URL + ".")
  private @Nullable String url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "The API key; default MILLRACE_KEY, which does not show in the list of processes.")
  private @Nullable String key;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it runs anything
  ApiOptions() {}

  ApiClient client() {
    return client(System.getenv());
  }

  ApiClient client(Map<String, String> environment) {
    String node = url != null ? url : environment.getOrDefault("MILLRACE_URL", DEFAULT_URL);
    String secret = key != null ? key : environment.getOrDefault("MILLRACE_KEY", "");
    if (secret.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "No key was given: set MILLRACE_KEY to the one that serve printed.");
    }
    // The key itself must not be shown, not even a wrong one.
    if (secret.length() > LONGEST_KEY || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new ParameterException(
          spec.commandLine(), "--key: not shown (expected: visible ASCII, at most 4096)");
    }
    return new ApiClient(address(node), secret);
  }

  private URI address(String node) {
    try {
      URI uri = URI.create(node);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getPort() <= HIGHEST_PORT) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // Answered below, as every other text that is no address.
    }
    throw new ParameterException(
        spec.commandLine(), "--url: " + node + " (expected: http://HOST:PORT)");
  }
}
