package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import java.util.List;
import java.util.Map;

/**
 * How one remote model is reached; the options of its one step {@code remote}.
 *
 * @param bases one for each replica
 * @param model its name there
 * @param key where its key is; empty for none
 * @param authorities a PEM file of certificates to trust; empty for the machine's
 * @param connections to each replica
 */
record RemoteSettings(
    List<Base> bases,
    String model,
    String key,
    String authorities,
    int connectMillis,
    long firstTokenMillis,
    long idleMillis,
    int connections) {

  private static final String STEP = "remote";

  /**
   * @throws ProblemException when the version does not say
   */
  static RemoteSettings of(ModelSpec spec) {
    if (spec.steps().size() != 1 || !spec.steps().getFirst().name().equals(STEP)) {
      throw new ProblemException(
          Problem.of(ErrorCode.UNSUPPORTED, spec.name() + ": no servers (expected: remote.urls)"));
    }
    Map<String, Object> options = spec.steps().getFirst().options();
    try {
      String model = text(options, "model");
      return new RemoteSettings(
          bases(options),
          model.isEmpty() ? spec.name() : model,
          text(options, "key"),
          text(options, "ca_file"),
          (int) whole(options, "connect_ms"),
          whole(options, "first_token_ms"),
          whole(options, "idle_ms"),
          (int) whole(options, "connections"));
    } catch (IllegalArgumentException wrong) {
      throw new ProblemException(
          Problem.of(ErrorCode.UNSUPPORTED, spec.name() + ": " + wrong.getMessage()));
    }
  }

  private static List<Base> bases(Map<String, Object> options) {
    if (options.get("urls") instanceof List<?> urls && !urls.isEmpty()) {
      return urls.stream().map(url -> Base.of(String.valueOf(url))).toList();
    }
    throw new IllegalArgumentException("remote.urls: nothing (expected: base addresses)");
  }

  private static String text(Map<String, Object> options, String name) {
    return options.get(name) instanceof String text ? text : "";
  }

  private static long whole(Map<String, Object> options, String name) {
    if (options.get(name) instanceof Long number && number >= 1 && number <= 3_600_000) {
      return number;
    }
    throw new IllegalArgumentException(
        "remote." + name + ": " + options.get(name) + " (expected: 1..3600000)");
  }
}
