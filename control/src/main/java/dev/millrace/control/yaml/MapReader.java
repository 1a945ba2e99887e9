package dev.millrace.control.yaml;

import dev.millrace.control.yaml.YamlNode.Entry;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes known keys from a mapping; what is left over at the end is unknown. A value of the wrong
 * sort becomes a finding and is answered as if it were absent, so that reading goes on. One thread.
 */
public final class MapReader {

  private final Mapping mapping;
  private final String path;
  private final Findings findings;
  private final Set<String> known = new LinkedHashSet<>();

  public MapReader(Mapping mapping, String path, Findings findings) {
    this.mapping = mapping;
    this.path = path;
    this.findings = findings;
  }

  public String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Where the key stands, or where the mapping begins when it is absent. */
  public Place placeOf(String key) {
    Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.place() : entry.keyPlace();
  }

  /** The value, or null when nothing was written. */
  public @Nullable YamlNode take(String key) {
    known.add(key);
    Entry entry = mapping.entries().get(key);
    return entry == null || entry.value() instanceof Scalar scalar && scalar.absent()
        ? null
        : entry.value();
  }

  public @Nullable String text(String key) {
    YamlNode node = take(key);
    if (node == null || node instanceof Scalar) {
      return node == null ? null : ((Scalar) node).text();
    }
    wrong(key, node, "a text");
    return null;
  }

  /** As {@link #text}; when absent a finding and an empty text. */
  public String requiredText(String key) {
    if (take(key) == null) {
      findings.add(placeOf(key), pathOf(key), "nothing", "a text");
    }
    String text = text(key);
    return text == null ? "" : text;
  }

  public long whole(String key, long least, long most, long absent) {
    YamlNode node = take(key);
    if (node == null) {
      return absent;
    }
    if (node instanceof Scalar scalar
        && scalar.value() instanceof Long number
        && number >= least
        && number <= most) {
      return number;
    }
    wrong(key, node, least + ".." + most);
    return absent;
  }

  public double number(String key, double least, double most, double absent) {
    YamlNode node = take(key);
    if (node == null) {
      return absent;
    }
    if (node instanceof Scalar scalar
        && scalar.value() instanceof Number number
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    wrong(key, node, least + ".." + most);
    return absent;
  }

  public @Nullable Mapping mapping(String key) {
    YamlNode node = take(key);
    if (node == null || node instanceof Mapping) {
      return (Mapping) node;
    }
    wrong(key, node, "a map");
    return null;
  }

  public @Nullable Items items(String key) {
    YamlNode node = take(key);
    if (node == null || node instanceof Items) {
      return (Items) node;
    }
    wrong(key, node, "a list");
    return null;
  }

  /** Reports a value as wrong. */
  public void wrong(String key, YamlNode node, String expected) {
    findings.add(node.place(), pathOf(key), node.described(), expected);
  }

  /** Reports every key that nobody took. */
  public void finish() {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                findings.add(
                    entry.keyPlace(), pathOf(key), "unknown key", Nearest.expectation(key, known));
              }
            });
  }
}
