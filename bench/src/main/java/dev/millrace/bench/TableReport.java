package dev.millrace.bench;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for people: the latencies as a table, the rest as one line a section. */
final class TableReport {

  private TableReport() {}

  static String render(Report report) {
    StringBuilder out = new StringBuilder();
    out.append("bench ").append(report.bench()).append(System.lineSeparator());
    report.sections().forEach((name, members) -> section(out, name, members));
    out.append(System.lineSeparator());
    out.append(
        String.format(
            Locale.ROOT,
            "%-16s %10s %9s %9s %9s %9s %9s %9s%n",
            "milliseconds",
            "count",
            "mean",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max"));
    report.latencies().forEach((name, percentiles) -> row(out, name, percentiles));
    out.append(System.lineSeparator());
    for (String warning : report.warnings()) {
      out.append("warning: ").append(warning).append(System.lineSeparator());
    }
    out.append(report.clean() ? "clean" : "NOT CLEAN: " + String.join("; ", report.problems()));
    return out.append(System.lineSeparator()).toString();
  }

  private static void section(StringBuilder out, String name, Map<String, Object> members) {
    String line =
        members.entrySet().stream()
            .map(member -> words(member.getKey()) + " " + value(member.getValue()))
            .collect(Collectors.joining(", "));
    out.append(String.format(Locale.ROOT, "%-16s %s%n", words(name), line));
  }

  private static void row(StringBuilder out, String name, Percentiles p) {
    if (p.count() > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "%-16s %,10d %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f%n",
              words(name),
              p.count(),
              p.mean(),
              p.p50(),
              p.p90(),
              p.p99(),
              p.p999(),
              p.max()));
    }
  }

  private static String words(String name) {
    return name.replace('_', ' ');
  }

  private static String value(Object value) {
    return switch (value) {
      case Long whole -> String.format(Locale.ROOT, "%,d", whole);
      case Integer whole -> String.format(Locale.ROOT, "%,d", whole);
      case Double real -> String.format(Locale.ROOT, "%,.3f", real);
      case Map<?, ?> counts ->
          counts.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + value(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.toString();
    };
  }
}
