package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.Place;
import dev.millrace.control.yaml.PlainValues;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Entry;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import dev.millrace.domain.model.ModelSpec.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The key {@code steps}: a list of names, each alone or with its options. One use. */
final class ManifestSteps {

  /** The steps there are; what each does with its options is the runtime's to say. */
  static final Set<String> KNOWN =
      Set.of(
          "decode-image",
          "letterbox",
          "resize",
          "center-crop",
          "normalize",
          "lowercase",
          "tokenize",
          "embed",
          "l2",
          "mean-pool",
          "run",
          "softmax",
          "top",
          "labels",
          "yolox-decode",
          "nms",
          "threshold",
          "require-finite");

  // Options whose value names a file of the manifest, so that a slip is found here.
  private static final Set<String> NAMES_A_FILE = Set.of("labels", "tokenizer");
  private static final int MOST_STEPS = 32;

  private final MapReader root;
  private final Findings findings;
  private final Set<String> roles;

  ManifestSteps(MapReader root, Findings findings, Set<String> roles) {
    this.root = root;
    this.findings = findings;
    this.roles = roles;
  }

  List<Step> parse() {
    Items items = root.items("steps");
    if (items == null) {
      return List.of();
    }
    if (items.nodes().size() > MOST_STEPS) {
      root.wrong("steps", items, "<= " + MOST_STEPS + " steps");
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    for (YamlNode node : items.nodes()) {
      steps.add(step(node, "steps[" + steps.size() + "]"));
    }
    return List.copyOf(steps);
  }

  private Step step(YamlNode node, String path) {
    if (node instanceof Scalar scalar && !scalar.absent()) {
      return new Step(known(scalar.text(), node.place(), path), Map.of());
    }
    if (node instanceof Mapping mapping && mapping.entries().size() == 1) {
      Map.Entry<String, Entry> only = mapping.entries().entrySet().iterator().next();
      String name = known(only.getKey(), only.getValue().keyPlace(), path);
      return new Step(name, options(only.getValue().value(), path + "." + name));
    }
    findings.add(node.place(), path, node.described(), "a step's name, alone or with its options");
    return new Step("", Map.of());
  }

  private String known(String name, Place place, String path) {
    if (!KNOWN.contains(name)) {
      findings.add(place, path, "unknown step " + name, Nearest.expectation(name, KNOWN));
    }
    return name;
  }

  private Map<String, Object> options(YamlNode node, String path) {
    if (node instanceof Scalar scalar && scalar.absent()) {
      return Map.of();
    }
    if (!(node instanceof Mapping mapping)) {
      findings.add(node.place(), path, node.described(), "a map of options");
      return Map.of();
    }
    for (String option : NAMES_A_FILE) {
      Entry entry = mapping.entries().get(option);
      if (entry != null
          && entry.value() instanceof Scalar scalar
          && !roles.contains(scalar.text())) {
        findings.add(
            scalar.place(),
            path + "." + option,
            scalar.described(),
            Nearest.expectation(scalar.text(), roles) + " (the names under files)");
      }
    }
    return PlainValues.of(mapping, path, findings);
  }
}
