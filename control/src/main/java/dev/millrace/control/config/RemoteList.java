package dev.millrace.control.config;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The section {@code remotes}: each name once, each in a pool that is there. */
final class RemoteList {

  private RemoteList() {}

  static List<RemoteConfig> read(List<Values> all, List<PoolConfig> pools, Findings findings) {
    List<String> poolNames = pools.stream().map(PoolConfig::name).toList();
    Set<String> names = new HashSet<>();
    List<RemoteConfig> remotes = new ArrayList<>();
    for (Values values : all) {
      UpstreamKeys.check(values, findings);
      RemoteConfig remote = RemoteConfig.of(values);
      if (!names.add(remote.name())) {
        findings.add(
            values.placeOf(RemoteConfig.NAME),
            values.pathOf(RemoteConfig.NAME),
            remote.name() + " for the second time",
            "each model once");
      }
      if (!poolNames.contains(remote.pool())) {
        findings.add(
            values.placeOf(RemoteConfig.POOL),
            values.pathOf(RemoteConfig.POOL),
            remote.pool(),
            Nearest.expectation(remote.pool(), poolNames));
      }
      remotes.add(remote);
    }
    return List.copyOf(remotes);
  }
}
