package dev.millrace.control.config;

import dev.millrace.domain.snapshot.RequestLimits;
import java.util.List;
import java.util.Map;

/**
 * Everything that one node is told. Times are in milliseconds, sizes in bytes.
 *
 * @param dataFolder where the node keeps everything; relative to where it was started
 * @param drainMillis that running tasks have to end when the node is asked to stop
 * @param pools at least one
 */
public record NodeConfig(
    String dataFolder,
    long drainMillis,
    HttpConfig http,
    RequestLimits limits,
    IoConfig io,
    LogConfig log,
    LaneConfig lanes,
    LeaseConfig leases,
    StreamConfig streams,
    ModelsConfig models,
    LlamaConfig llama,
    List<PoolConfig> pools,
    List<DeploymentConfig> deployments,
    List<RemoteConfig> remotes) {

  static final Key<String> DATA =
      Key.text("data", "data", "[^\\x00-\\x1f]{1,1024}", "Folder of everything the node keeps.");
  static final Key<Long> DRAIN =
      Key.time(
          "drain",
          "30s",
          "0ms",
          "1h",
          "Time that running tasks have to end when the node is asked to stop.");
  static final Section SECTION = Section.of("node", "The node itself.", DATA, DRAIN);

  /** All sections, in the order of the reference. */
  static final List<Section> SECTIONS =
      List.of(
          SECTION,
          HttpConfig.SECTION,
          LimitsConfig.SECTION,
          IoConfig.SECTION,
          LogConfig.SECTION,
          LaneConfig.SECTION,
          LeaseConfig.SECTION,
          StreamConfig.SECTION,
          ModelsConfig.SECTION,
          LlamaConfig.SECTION,
          PoolConfig.SECTION,
          DeploymentConfig.SECTION,
          RemoteConfig.SECTION);

  /** What an empty file means. */
  public static NodeConfig defaults() {
    return ConfigReader.read(new byte[0], "defaults", Map.of());
  }
}
