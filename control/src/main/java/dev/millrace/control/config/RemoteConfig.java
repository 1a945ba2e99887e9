package dev.millrace.control.config;

import dev.millrace.control.yaml.Place;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A model that runs on other servers and has no folder here.
 *
 * @param concurrency requests in flight over all replicas; 0 for all of their connections
 * @param capabilities of a generator, beside plain text; empty for one of vectors
 * @param upstream where its servers are, as the model's one step
 * @param place where the configuration asks for it, for errors
 */
public record RemoteConfig(
    String name,
    Kind kind,
    String pool,
    int concurrency,
    long deadlineMillis,
    Set<Capability> capabilities,
    Step upstream,
    Place place) {

  /** What its servers make of an input. */
  public enum Kind {
    GENERATE,
    EMBED
  }

  static final Key<String> NAME =
      Key.required("name", "[a-z0-9][a-z0-9._-]{0,63}", "Name of the model here.");
  static final Key<Kind> KIND =
      Key.choice(
          "kind", Kind.class, Kind.GENERATE, "Whether it answers with text or with vectors.");
  static final Key<String> POOL =
      Key.text("pool", PoolConfig.DEFAULT_NAME, "[a-z0-9][a-z0-9_-]{0,31}", "The pool it is in.");
  static final Key<Integer> CONCURRENCY =
      Key.whole(
          "concurrency",
          0,
          0,
          100_000,
          "requests",
          "Requests in flight over all replicas; 0 takes all of their connections.");
  static final Key<Long> DEADLINE =
      Key.time("deadline", "2m", "1ms", "24h", "Deadline of tasks that name none.");
  static final Key<List<String>> CAPABILITIES =
      new Key<>(
          "capabilities",
          new KeyType.Texts("structured-output|images|tools", Capability.values().length),
          List.of("structured-output", "tools"),
          "What a model that answers with text can beside it; doors refuse by name what is not"
              + " here.");
  static final Section SECTION =
      new Section(
          "remotes",
          true,
          keys(),
          "Models on other servers that speak OpenAI's protocol (vLLM, SGLang, Ollama, any). The"
              + " node is ready without them.");

  private static List<Key<?>> keys() {
    List<Key<?>> keys = new ArrayList<>(List.of(NAME, KIND));
    keys.addAll(UpstreamKeys.ALL);
    keys.addAll(List.of(CAPABILITIES, POOL, CONCURRENCY, DEADLINE));
    return List.copyOf(keys);
  }

  static RemoteConfig of(Values values) {
    return new RemoteConfig(
        values.get(NAME),
        values.get(KIND),
        values.get(POOL),
        values.get(CONCURRENCY),
        values.get(DEADLINE),
        capabilities(values),
        UpstreamKeys.step(values),
        values.placeOf(NAME));
  }

  private static Set<Capability> capabilities(Values values) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    if (values.get(KIND) == Kind.GENERATE) {
      for (String name : values.get(CAPABILITIES)) {
        capabilities.add(Capability.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
      }
    }
    return capabilities;
  }
}
