package dev.millrace.control.config;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.domain.model.ModelSpec.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that say where a remote model's servers are and how they are spoken to: the same in
 * {@code millrace.yaml} and in a manifest. They become the one step {@code remote} of the model,
 * which holds the name of a key and never the key.
 */
public final class UpstreamKeys {

  /** The step's name. */
  public static final String STEP = "remote";

  static final Key<List<String>> URLS =
      new Key<>(
          "urls",
          new KeyType.Texts("https?://[A-Za-z0-9.\\[\\]:_-]{1,255}(/[A-Za-z0-9._~/-]{0,255})?", 64),
          null,
          "Base addresses of its servers, one for each replica, as clients take them: ending in"
              + " `/v1`. At least one.");
  static final Key<String> MODEL =
      Key.text(
          "upstream_model",
          "",
          "[^\\x00-\\x20\"\\\\]{1,256}",
          "The model's name there; else the name it has here.");
  static final Key<String> KEY =
      new Key<>(
          "key",
          new KeyType.Reference("env:[A-Za-z_][A-Za-z0-9_]{0,127}|secret:[a-z0-9][a-z0-9_-]{0,63}"),
          "",
          "Where the key of its servers is: an environment variable of the node, or a secret put"
              + " there by `millrace secrets set`.");
  static final Key<String> AUTHORITIES =
      Key.text(
          "ca_file",
          "",
          "[^\\x00-\\x1f]{1,4096}",
          "A PEM file with the certificates that its servers' are trusted by, instead of the"
              + " machine's; for `https` addresses.");
  static final Key<Long> CONNECT =
      Key.time("connect_timeout", "5s", "10ms", "1m", "Time to connect, with TLS.");
  static final Key<Long> FIRST_TOKEN =
      Key.time(
          "first_token_timeout",
          "60s",
          "10ms",
          "1h",
          "Time from the request to the first text, or to a whole embedding.");
  static final Key<Long> IDLE =
      Key.time("idle_timeout", "30s", "10ms", "1h", "Longest silence after the first text.");
  static final Key<Integer> CONNECTIONS =
      Key.whole(
          "connections",
          64,
          1,
          4_096,
          "connections",
          "Connections to each replica, and so requests in flight there; further ones wait.");

  static final List<Key<?>> ALL =
      List.of(URLS, MODEL, KEY, AUTHORITIES, CONNECT, FIRST_TOKEN, IDLE, CONNECTIONS);

  private static final Section IN_MANIFEST = new Section(STEP, false, ALL, "");

  private UpstreamKeys() {}

  /**
   * Reads them from a manifest.
   *
   * @param path of the map, for errors
   * @return null when a finding says why
   */
  public static @Nullable Step read(YamlNode node, String path, Findings findings) {
    int before = findings.size();
    Values values =
        new SectionReader(findings, node.place()).values(IN_MANIFEST, path, node, node.place());
    if (values != null) {
      check(values, findings);
    }
    return values == null || findings.size() > before ? null : step(values);
  }

  static void check(Values values, Findings findings) {
    if (values.get(URLS).isEmpty()) {
      findings.add(
          values.placeOf(URLS), values.pathOf(URLS), "nothing", "at least one base address");
    }
  }

  static Step step(Values values) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("urls", values.get(URLS));
    options.put("model", values.get(MODEL));
    options.put("key", values.get(KEY));
    options.put("ca_file", values.get(AUTHORITIES));
    options.put("connect_ms", values.get(CONNECT));
    options.put("first_token_ms", values.get(FIRST_TOKEN));
    options.put("idle_ms", values.get(IDLE));
    options.put("connections", (long) values.get(CONNECTIONS));
    return new Step(STEP, Map.copyOf(options));
  }
}
