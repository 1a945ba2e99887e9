package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report as one JSON document for programs; latencies in milliseconds. */
final class JsonReport {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  static String render(Report report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("bench", report.bench());
    document.putAll(report.sections());
    Map<String, Object> latencies = new LinkedHashMap<>();
    report.latencies().forEach((name, percentiles) -> latencies.put(name, percentiles.toMap()));
    document.put("latency_ms", latencies);
    document.put("clean", report.clean());
    document.put("problems", report.problems());
    document.put("warnings", report.warnings());
    return MAPPER.writeValueAsString(document);
  }
}
