package dev.millrace.server;

import dev.millrace.control.registry.AddedModel;
import dev.millrace.control.registry.BundledModels;
import dev.millrace.control.registry.Mismatch;
import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.registry.ModelVersion;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The versions of models that a node's data folder holds. */
@Command(
    name = "models",
    description = "Adds, lists and verifies versions of models.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A version is a folder with a manifest (model.yaml) or a bare .onnx file, for which a manifest"
          + " is derived and printed.",
      "",
      "Example: ./millrace models add my-model ./my-model --isolation in-process"
    })
final class ModelsVerb implements Runnable {

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      defaultValue = "data",
      scope = ScopeType.INHERIT,
      description = "The node's data folder (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs
  ModelsVerb() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "add, list or verify?");
  }

  private ModelRegistry registry() throws IOException {
    BundledModels bundled =
        BundledModels.install(Home.folder().resolve("models"), data.resolve("bundled"));
    return ModelRegistry.open(data, bundled, Set.of(RuntimeKind.values()));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int refused(InvalidDocument document) {
    PrintWriter err = spec.commandLine().getErr();
    document.findings().forEach(err::println);
    return 1;
  }

  @Command(
      name = "add",
      description = "Adds a version; whole or not at all.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace models add credit-risk ./credit-risk"})
  int add(
      @Parameters(paramLabel = "NAME", description = "The model's name.") String name,
      @Parameters(paramLabel = "PATH", description = "A folder with model.yaml, or a bare file.")
          Path path,
      @Option(
              names = "--isolation",
              paramLabel = "WHERE",
              description =
                  "in-process approves this digest to run in the node; worker takes it back.")
          @Nullable String isolation)
      throws IOException {
    Isolation where = isolation == null ? null : isolation(isolation);
    try {
      AddedModel added = registry().add(name, path, where);
      if (added.derivedManifest() != null) {
        out().println("# derived; edit it in a folder of its own and add that instead");
        out().print(added.derivedManifest());
      }
      String what = added.spec().name() + " " + added.spec().version();
      out()
          .println(
              (added.fresh() ? "added " : "was there already: ")
                  + what
                  + " sha256:"
                  + added.spec().digest());
      out().println("serve it: deployments: [{model: " + name + "}] in millrace.yaml, then SIGHUP");
      return 0;
    } catch (InvalidDocument document) {
      return refused(document);
    }
  }

  private Isolation isolation(String text) {
    return switch (text) {
      case "in-process" -> Isolation.IN_PROCESS;
      case "worker" -> Isolation.WORKER;
      default ->
          throw new ParameterException(
              spec.commandLine(), "--isolation: " + text + " (expected: worker or in-process)");
    };
  }

  @Command(
      name = "list",
      description = "Lists all versions, bundled ones too.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace models list --json"})
  int list() throws IOException {
    List<ModelVersion> versions = registry().list();
    if (!json) {
      out().printf("%-28s %-8s %10s  %-10s %s%n", "MODEL", "VERSION", "BYTES", "STATE", "DIGEST");
    }
    for (ModelVersion version : versions) {
      print(version);
    }
    return 0;
  }

  private void print(ModelVersion version) {
    if (json) {
      out()
          .printf(
              "{\"model\":\"%s\",\"version\":\"%s\",\"digest\":\"%s\",\"bytes\":%d,"
                  + "\"bundled\":%s,\"in_process\":%s,\"state\":\"%s\"}%n",
              version.name(),
              version.version(),
              version.digest(),
              version.bytes(),
              version.bundled(),
              version.inProcess(),
              version.state().name().toLowerCase(Locale.ROOT));
      return;
    }
    out()
        .printf(
            "%-28s %-8s %,10d  %-10s %.12s…%s%s%n",
            version.name(),
            version.version(),
            version.bytes(),
            version.state().name().toLowerCase(Locale.ROOT),
            version.digest(),
            version.bundled() ? " bundled" : "",
            version.problem() == null ? "" : "  " + version.problem());
  }

  @Command(
      name = "verify",
      description = "Reads every file again and holds it against its digest.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: ./millrace models verify"})
  int verify() throws IOException {
    ModelRegistry registry = registry();
    List<Mismatch> mismatches = registry.verify();
    for (Mismatch mismatch : mismatches) {
      spec.commandLine().getErr().println(mismatch);
    }
    out().println(registry.list().size() + " versions, " + mismatches.size() + " mismatches");
    return mismatches.isEmpty() ? 0 : 1;
  }
}
