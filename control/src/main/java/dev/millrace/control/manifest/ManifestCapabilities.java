package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Scalar;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A manifest's {@code capabilities}: what a generator can beside plain text. One use. */
final class ManifestCapabilities {

  private static final String KEY = "capabilities";

  private final MapReader root;
  private final Findings findings;

  ManifestCapabilities(MapReader root, Findings findings) {
    this.root = root;
    this.findings = findings;
  }

  Set<Capability> parse(Kind kind, RuntimeKind runtime) {
    Items items = root.items(KEY);
    if (items == null) {
      return kind == Kind.GENERATE ? absent(runtime) : Set.of();
    }
    if (kind != Kind.GENERATE) {
      root.wrong(KEY, items, "no capabilities: only generators have some");
      return Set.of();
    }
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (YamlNode item : items.nodes()) {
      add(item, capabilities);
    }
    return capabilities;
  }

  private static Set<Capability> absent(RuntimeKind runtime) {
    return switch (runtime) {
      // Grammars are that runtime's own.
      case LLAMA -> Set.of(Capability.STRUCTURED_OUTPUT);
      case REMOTE -> RemoteSignature.CAPABILITIES;
      // What others can, only their manifests know.
      case ONNX, ONNX_DECODER, SIM -> Set.of();
    };
  }

  private void add(YamlNode item, Set<Capability> capabilities) {
    String found = item instanceof Scalar scalar ? scalar.text() : "";
    for (Capability capability : Capability.values()) {
      if (ManifestParser.written(capability).equals(found)) {
        capabilities.add(capability);
        return;
      }
    }
    List<String> names = Arrays.stream(Capability.values()).map(ManifestParser::written).toList();
    findings.add(item.place(), KEY, item.described(), Nearest.expectation(found, names));
  }
}
