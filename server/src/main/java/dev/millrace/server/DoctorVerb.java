package dev.millrace.server;

import dev.millrace.server.Finding.Grade;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What this machine offers a node and what it lacks. */
@Command(
    name = "doctor",
    description = "Shows what this machine offers a node and what it lacks.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code 1 when something would keep a node from starting.",
      "",
      "Example: ./millrace doctor --data ./data --port 8080"
    })
final class DoctorVerb implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "data",
      description = "The node's data folder (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address of the doors.")
  private String host;

  @Option(names = "--port", defaultValue = "8080", description = "Of the doors.")
  private int port;

  @Option(names = "--operator-port", defaultValue = "9090", description = "Of the metrics.")
  private int operatorPort;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
  DoctorVerb() {}

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(MachineCheck.java());
    findings.add(MachineCheck.processors());
    findings.add(MachineCheck.memory());
    findings.add(MachineCheck.openFiles());
    findings.add(MachineCheck.transport());
    findings.add(MachineCheck.port(host, port));
    findings.add(MachineCheck.port(host, operatorPort));
    findings.add(MachineCheck.folder(data));
    if (Files.isDirectory(data)) {
      findings.add(MachineCheck.sync(data));
    }
    findings.add(models(Home.folder().resolve("models")));
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach(finding -> out.println(json ? json(finding) : line(finding)));
    return findings.stream().anyMatch(finding -> finding.grade() == Grade.BROKEN) ? 1 : 0;
  }

  static Finding models(Path bundled) {
    if (!Files.isDirectory(bundled)) {
      return Finding.lacking("models", "none in " + bundled, "the project's folder models/");
    }
    try (Stream<Path> folders = Files.list(bundled)) {
      long count = folders.filter(each -> Files.exists(each.resolve("model.yaml"))).count();
      return Finding.well("models", count + " bundled (models verify reads them whole)");
    } catch (IOException failed) {
      return Finding.broken("models", failed.toString(), "a folder that can be read");
    }
  }

  private static String line(Finding finding) {
    String text =
        String.format("%-6s %-12s %s", finding.grade().label(), finding.subject(), finding.found());
    return finding.advice().isEmpty() ? text : text + "\n       expected: " + finding.advice();
  }

  private static String json(Finding finding) {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("grade", finding.grade().label())
        .put("subject", finding.subject())
        .put("found", finding.found())
        .put("expected", finding.advice());
    return node.toString();
  }
}
