package dev.millrace.control.config;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.Place;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Entry;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a document by its sections; what is wrong becomes a finding and its default stands in. */
final class SectionReader {

  private static final int MOST_ITEMS = 256;

  private final Findings findings;
  private final Map<String, List<Values>> read = new HashMap<>();
  private final Place whole;

  SectionReader(Findings findings, Place whole) {
    this.findings = findings;
    this.whole = whole;
  }

  void read(Mapping root, List<Section> sections) {
    List<String> names = sections.stream().map(Section::name).toList();
    root.entries()
        .forEach(
            (name, entry) -> {
              if (!names.contains(name)) {
                findings.add(
                    entry.keyPlace(), name, "unknown key", Nearest.expectation(name, names));
              }
            });
    for (Section section : sections) {
      Entry entry = root.entries().get(section.name());
      read.put(section.name(), entry == null ? List.of() : section(section, entry));
    }
  }

  /** The section's values; all defaults when it is absent. */
  Values one(Section section) {
    List<Values> all = all(section);
    return all.isEmpty() ? new Values(section.name(), whole) : all.getFirst();
  }

  List<Values> all(Section section) {
    return read.getOrDefault(section.name(), List.of());
  }

  /** Writes one value over what the file says. */
  void override(Section section, Key<?> key, String text, Place place) {
    Values values = one(section);
    set(values, key, new Scalar(place, text, true), place);
    read.put(section.name(), List.of(values));
  }

  private List<Values> section(Section section, Entry entry) {
    YamlNode node = entry.value();
    if (node instanceof Scalar scalar && scalar.absent()) {
      return List.of();
    }
    if (!section.list()) {
      Values values = values(section, section.name(), node, entry.keyPlace());
      return values == null ? List.of() : List.of(values);
    }
    if (!(node instanceof Items items) || items.nodes().size() > MOST_ITEMS) {
      findings.add(
          node.place(), section.name(), node.described(), "a list of at most " + MOST_ITEMS);
      return List.of();
    }
    List<Values> all = new ArrayList<>();
    for (int i = 0; i < items.nodes().size(); i++) {
      YamlNode item = items.nodes().get(i);
      Values values = values(section, section.name() + "[" + i + "]", item, item.place());
      if (values != null) {
        all.add(values);
      }
    }
    return all;
  }

  /** The keys of one map; null when it is none, or when a required one is missing. */
  @Nullable Values values(Section section, String path, YamlNode node, Place place) {
    if (!(node instanceof Mapping mapping)) {
      findings.add(node.place(), path, node.described(), "a map of keys");
      return null;
    }
    Values values = new Values(path, place);
    boolean whole = true;
    refuseUnknown(section, path, mapping);
    for (Key<?> key : section.keys()) {
      YamlNode written = written(mapping.entries().get(key.name()));
      if (written != null) {
        set(values, key, written, written.place());
      } else if (key.absent() == null) {
        findings.add(place, values.pathOf(key), "nothing", key.type().expected());
      }
      whole &= key.absent() != null || values.has(key);
    }
    return whole ? values : null;
  }

  private void refuseUnknown(Section section, String path, Mapping mapping) {
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (!section.keyNames().contains(name)) {
                findings.add(
                    entry.keyPlace(),
                    path + "." + name,
                    "unknown key",
                    Nearest.expectation(name, section.keyNames()));
              }
            });
  }

  private static @Nullable YamlNode written(@Nullable Entry entry) {
    if (entry == null || entry.value() instanceof Scalar scalar && scalar.absent()) {
      return null;
    }
    return entry.value();
  }

  private <T> void set(Values values, Key<T> key, YamlNode node, Place place) {
    T value = key.type().parse(node);
    if (value == null) {
      String found = key.type().found(node);
      findings.add(place, values.pathOf(key), found, key.type().expected(found));
    } else {
      values.set(key, value, place);
    }
  }
}
