package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The meters of a run: the generator itself, and the server where its process is named. */
final class Meters {

  private static final double FULL_CORE = 0.9;

  private final UsageMeter generator;
  private final @Nullable UsageMeter server;
  private final OptionalLong serverPid;

  Meters(OptionalLong serverPid) {
    this.serverPid = serverPid;
    long own = ProcessHandle.current().pid();
    this.generator = new UsageMeter(() -> ProcessUsage.of(own));
    this.server =
        serverPid.isPresent() ? new UsageMeter(() -> ProcessUsage.of(serverPid.getAsLong())) : null;
  }

  void begin() {
    generator.begins();
    if (server != null) {
      server.begins();
    }
  }

  void connected() {
    generator.connected();
    if (server != null) {
      server.connected();
    }
  }

  void windowStarts(long nowNanos) {
    generator.windowStarts(nowNanos);
    if (server != null) {
      server.windowStarts(nowNanos);
    }
  }

  void windowEnds(long nowNanos) {
    generator.windowEnds(nowNanos);
    if (server != null) {
      server.windowEnds(nowNanos);
    }
  }

  void addTo(Report report, long requests, int sockets) {
    Map<String, Object> own = generator.summary(requests, sockets);
    report.section("generator", own);
    warnWhenFull(report, own);
    if (server != null) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("pid", serverPid.getAsLong());
      map.putAll(server.summary(requests, sockets));
      report.section("server", map);
    }
  }

  /** One event loop has one core: near that, the generator is what was measured. */
  static void warnWhenFull(Report report, Map<String, Object> generator) {
    if (generator.get("cores") instanceof Double cores && cores > FULL_CORE) {
      report.warning(
          "the generator used "
              + cores
              + " cores (expected: at most "
              + FULL_CORE
              + "): the server may be able to do more than this");
    }
  }
}
