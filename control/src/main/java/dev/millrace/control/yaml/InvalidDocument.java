package dev.millrace.control.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A document that cannot be used, with every reason. Without a stack: it is no defect. */
public class InvalidDocument extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  public InvalidDocument(List<Finding> findings) {
    super(
        findings.stream().map(Finding::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.findings = List.copyOf(findings);
  }

  public InvalidDocument(Finding finding) {
    this(List.of(finding));
  }

  public List<Finding> findings() {
    return findings;
  }
}
