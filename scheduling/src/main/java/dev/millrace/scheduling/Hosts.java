package dev.millrace.scheduling;

import dev.millrace.domain.error.Problem;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which runtime serves which deployment, one at a time: the last that said it is ready. Owned by
 * the pool's thread.
 */
final class Hosts {

  private final Map<String, Host> byName = new LinkedHashMap<>();
  private final Map<Integer, Host> serving = new HashMap<>();
  private final Map<Integer, Problem> unavailable = new HashMap<>();

  void ready(int deployment, String name, long nowNanos) {
    Host host = byName.computeIfAbsent(name, fresh -> new Host(fresh, nowNanos));
    // Whoever says that it is ready is heard.
    host.silent = false;
    host.lastBeat = nowNanos;
    serving.put(deployment, host);
    unavailable.remove(deployment);
  }

  /** False when another runtime serves it meanwhile. */
  boolean unavailable(int deployment, String name, Problem problem) {
    Host host = serving.get(deployment);
    if (host != null && !host.name.equals(name)) {
      return false;
    }
    serving.remove(deployment);
    unavailable.put(deployment, problem);
    return true;
  }

  /** Forgets the runtime and what it served; null when it is not known. */
  @Nullable Host lost(String name) {
    Host host = byName.remove(name);
    if (host != null) {
      serving.values().removeIf(serves -> serves == host);
    }
    return host;
  }

  @Nullable Host serving(int deployment) {
    return serving.get(deployment);
  }

  @Nullable Problem whyUnavailable(int deployment) {
    return unavailable.get(deployment);
  }

  Collection<Host> all() {
    return byName.values();
  }
}
