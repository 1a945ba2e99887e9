package dev.millrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outcome of a run: named sections, latencies, and why the run was not clean if it was not. */
final class Report {

  private final String bench;
  private final Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
  private final Map<String, Percentiles> latencies = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  Report(String bench) {
    this.bench = bench;
  }

  void section(String name, Map<String, Object> members) {
    sections.put(name, members);
  }

  void latency(String name, Percentiles percentiles) {
    latencies.put(name, percentiles);
  }

  /** Adds a problem when the count is above 0. */
  void problem(long count, String what) {
    if (count > 0) {
      problems.add(count + " " + what);
    }
  }

  /** Adds what a reader must know to judge the figures; the run is still clean. */
  void warning(String what) {
    warnings.add(what);
  }

  List<String> warnings() {
    return warnings;
  }

  String bench() {
    return bench;
  }

  Map<String, Map<String, Object>> sections() {
    return sections;
  }

  Map<String, Percentiles> latencies() {
    return latencies;
  }

  List<String> problems() {
    return problems;
  }

  boolean clean() {
    return problems.isEmpty();
  }
}
