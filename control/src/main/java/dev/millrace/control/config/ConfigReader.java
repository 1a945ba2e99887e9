package dev.millrace.control.config;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.Place;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From {@code millrace.yaml} to a {@link NodeConfig}, or to everything that is wrong with it. */
public final class ConfigReader {

  private static final int MOST_BYTES = 1 << 20;
  private static final Place COMMAND_LINE = Place.of("command line");

  private ConfigReader() {}

  /**
   * @param file null for none: all defaults
   * @param overrides values by full key, such as {@code http.port}, that stand above the file's
   * @throws InvalidDocument with everything that is wrong
   * @throws IOException when there is a name but no file that can be read
   */
  public static NodeConfig read(@Nullable Path file, Map<String, String> overrides)
      throws IOException {
    if (file == null) {
      return read(new byte[0], "defaults", overrides);
    }
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    return read(bytes, String.valueOf(file.getFileName()), overrides);
  }

  /** As {@link #read(Path, Map)}, from bytes that errors call {@code label}. */
  public static NodeConfig read(byte[] bytes, String label, Map<String, String> overrides) {
    Mapping root = new YamlReader(MOST_BYTES).read(bytes, label);
    Findings findings = new Findings();
    SectionReader reader = new SectionReader(findings, Place.of(label));
    reader.read(root, NodeConfig.SECTIONS);
    overrides.forEach((path, text) -> override(reader, path, text, findings));
    NodeConfig config = build(reader, findings);
    findings.throwIfAny();
    return config;
  }

  private static void override(SectionReader reader, String path, String text, Findings findings) {
    Map<String, Key<?>> keys = new HashMap<>();
    for (Section section : NodeConfig.SECTIONS) {
      if (!section.list()) {
        section.keys().forEach(key -> keys.put(section.name() + "." + key.name(), key));
      }
    }
    Key<?> key = keys.get(path);
    if (key == null) {
      findings.add(COMMAND_LINE, path, "unknown key", Nearest.expectation(path, keys.keySet()));
      return;
    }
    for (Section section : NodeConfig.SECTIONS) {
      if (section.keys().contains(key) && path.startsWith(section.name() + ".")) {
        reader.override(section, key, text, COMMAND_LINE);
      }
    }
  }

  private static NodeConfig build(SectionReader reader, Findings findings) {
    Values node = reader.one(NodeConfig.SECTION);
    List<PoolConfig> pools = pools(reader, findings);
    return new NodeConfig(
        node.get(NodeConfig.DATA),
        node.get(NodeConfig.DRAIN),
        http(reader.one(HttpConfig.SECTION), findings),
        LimitsConfig.of(reader.one(LimitsConfig.SECTION)),
        IoConfig.of(reader.one(IoConfig.SECTION)),
        LogConfig.of(reader.one(LogConfig.SECTION)),
        LaneConfig.of(reader.one(LaneConfig.SECTION)),
        LeaseConfig.of(reader.one(LeaseConfig.SECTION), findings),
        StreamConfig.of(reader.one(StreamConfig.SECTION)),
        ModelsConfig.of(reader.one(ModelsConfig.SECTION)),
        LlamaConfig.of(reader.one(LlamaConfig.SECTION)),
        pools,
        deployments(reader, pools, findings),
        RemoteList.read(reader.all(RemoteConfig.SECTION), pools, findings));
  }

  private static HttpConfig http(Values values, Findings findings) {
    HttpConfig http = HttpConfig.of(values);
    if (http.port() != 0 && http.port() == http.operatorPort()) {
      findings.add(
          values.placeOf(HttpConfig.OPERATOR_PORT),
          values.pathOf(HttpConfig.OPERATOR_PORT),
          http.operatorPort() + ", the same as http.port",
          "another port");
    }
    return http;
  }

  private static List<PoolConfig> pools(SectionReader reader, Findings findings) {
    Map<String, PoolConfig> pools = new HashMap<>();
    List<PoolConfig> inOrder = new ArrayList<>();
    for (Values values : reader.all(PoolConfig.SECTION)) {
      PoolConfig pool = PoolConfig.of(values);
      if (pools.put(pool.name(), pool) != null) {
        findings.add(
            values.placeOf(PoolConfig.NAME),
            values.pathOf(PoolConfig.NAME),
            pool.name() + " for the second time",
            "a name of its own");
      }
      inOrder.add(pool);
    }
    // Deployments that name no pool, the bundled ones first of all, need a place to run.
    if (!pools.containsKey(PoolConfig.DEFAULT_NAME)) {
      inOrder.add(PoolConfig.usual());
    }
    return List.copyOf(inOrder);
  }

  private static List<DeploymentConfig> deployments(
      SectionReader reader, List<PoolConfig> pools, Findings findings) {
    List<String> poolNames = pools.stream().map(PoolConfig::name).toList();
    Map<String, DeploymentConfig> deployments = new HashMap<>();
    List<DeploymentConfig> inOrder = new ArrayList<>();
    for (Values values : reader.all(DeploymentConfig.SECTION)) {
      DeploymentConfig deployment = DeploymentConfig.of(values);
      if (!poolNames.contains(deployment.pool())) {
        findings.add(
            values.placeOf(DeploymentConfig.POOL),
            values.pathOf(DeploymentConfig.POOL),
            deployment.pool(),
            Nearest.expectation(deployment.pool(), poolNames));
      }
      if (deployments.put(deployment.model(), deployment) != null) {
        findings.add(
            values.placeOf(DeploymentConfig.MODEL),
            values.pathOf(DeploymentConfig.MODEL),
            deployment.model() + " for the second time",
            "each model once");
      }
      inOrder.add(deployment);
    }
    return List.copyOf(inOrder);
  }
}
