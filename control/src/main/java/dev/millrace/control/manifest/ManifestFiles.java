package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import dev.millrace.domain.model.ModelSpec.ModelFile;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys {@code files}, {@code variants}, {@code variant} and {@code template}. One use. */
final class ManifestFiles {

  private static final String MODEL = "model";
  private static final String TOKENIZER = "tokenizer";
  private static final String TEMPLATE = "template";
  private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final int MOST_ROLES = 64;

  private final MapReader root;
  private final Findings findings;
  private final FolderContents contents;

  ManifestFiles(MapReader root, Findings findings, FolderContents contents) {
    this.root = root;
    this.findings = findings;
    this.contents = contents;
  }

  Map<String, ModelFile> parse(RuntimeKind runtime, @Nullable String variant) {
    Map<String, ModelFile> files = new LinkedHashMap<>();
    Mapping mapping = root.mapping("files");
    if (mapping != null) {
      roles(mapping, "files", runtime, files);
    }
    files.putAll(variant(runtime, variant));
    YamlNode template = root.take(TEMPLATE);
    if (template != null) {
      file(TEMPLATE, TEMPLATE, template, runtime, files);
    }
    requireRole(MODEL, runtime, files);
    if (runtime == RuntimeKind.ONNX_DECODER) {
      requireRole(TOKENIZER, runtime, files);
    }
    return files;
  }

  private void requireRole(String role, RuntimeKind runtime, Map<String, ModelFile> files) {
    boolean fileless = runtime == RuntimeKind.SIM || runtime == RuntimeKind.REMOTE;
    if (!fileless && !files.containsKey(role) && findings.isEmpty()) {
      findings.add(root.placeOf("files"), "files." + role, "nothing", "a file of the folder");
    }
  }

  private Map<String, ModelFile> variant(RuntimeKind runtime, @Nullable String asked) {
    Mapping variants = root.mapping("variants");
    String preferred = root.text("variant");
    if (variants == null || variants.entries().isEmpty()) {
      String wanted = asked != null ? asked : preferred;
      if (wanted != null) {
        findings.add(root.placeOf("variant"), "variant", wanted, "none: there are no variants");
      }
      return Map.of();
    }
    Map<String, Map<String, ModelFile>> all = new LinkedHashMap<>();
    variants.entries().forEach((name, entry) -> all.put(name, one(name, entry, runtime)));
    String first = all.keySet().iterator().next();
    String wanted = asked != null ? asked : preferred != null ? preferred : first;
    Map<String, ModelFile> chosen = all.get(wanted);
    if (chosen == null) {
      findings.add(
          root.placeOf("variant"), "variant", wanted, Nearest.expectation(wanted, all.keySet()));
      return Map.of();
    }
    return chosen;
  }

  private Map<String, ModelFile> one(String name, YamlNode.Entry entry, RuntimeKind runtime) {
    Map<String, ModelFile> files = new LinkedHashMap<>();
    String path = "variants." + name;
    if (entry.value() instanceof Mapping mapping) {
      roles(mapping, path, runtime, files);
    } else {
      findings.add(entry.keyPlace(), path, entry.value().described(), "a map of files");
    }
    return files;
  }

  private void roles(
      Mapping mapping, String path, RuntimeKind runtime, Map<String, ModelFile> files) {
    if (mapping.entries().size() > MOST_ROLES) {
      findings.add(mapping.place(), path, mapping.described(), "<= " + MOST_ROLES + " files");
      return;
    }
    mapping
        .entries()
        .forEach(
            (role, entry) -> {
              if (!ROLE.matcher(role).matches()) {
                findings.add(entry.keyPlace(), path, role, "names of " + ROLE.pattern());
              }
              file(role, path + "." + role, entry.value(), runtime, files);
            });
  }

  private void file(
      String role, String path, YamlNode node, RuntimeKind runtime, Map<String, ModelFile> files) {
    String file = node instanceof Scalar scalar ? scalar.text() : "";
    if (!isInside(file)) {
      findings.add(
          node.place(), path, node.described(), "a relative path inside the folder, no \"..\"");
      return;
    }
    FolderContents.Entry entry = contents.file(file);
    if (entry == null || file.equals(ManifestReader.FILE)) {
      Set<String> paths = new TreeSet<>(contents.byPath().keySet());
      paths.remove(ManifestReader.FILE);
      findings.add(node.place(), path, file + ", no such file", Nearest.expectation(file, paths));
      return;
    }
    requireFormat(role, path, node, entry, runtime);
    files.put(role, new ModelFile(file, entry.size(), entry.sha256()));
  }

  private static boolean isInside(String file) {
    if (file.isEmpty() || file.startsWith("/") || file.contains("\\") || file.contains(":")) {
      return false;
    }
    for (String part : file.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private void requireFormat(
      String role, String path, YamlNode node, FolderContents.Entry entry, RuntimeKind runtime) {
    Set<FileFormat> allowed =
        switch (role) {
          case MODEL ->
              runtime == RuntimeKind.LLAMA ? Set.of(FileFormat.GGUF) : Set.of(FileFormat.ONNX);
          case "labels", TOKENIZER, TEMPLATE, "schema" -> Set.of(FileFormat.JSON, FileFormat.TEXT);
          default -> Set.of(FileFormat.values());
        };
    if (!allowed.contains(entry.format())) {
      findings.add(
          node.place(), path, entry.path() + " of format " + entry.format(), "format " + allowed);
    }
  }
}
