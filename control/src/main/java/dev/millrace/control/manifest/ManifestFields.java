package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.PlainValues;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import dev.millrace.domain.model.ModelSpec.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Declared inputs and outputs. The long form is a map with {@code type}, {@code shape} of one row
 * and options; the short form is a text, {@code text} or {@code float32[16]}; −1 or {@code ?} is a
 * size that varies.
 */
final class ManifestFields {

  static final Set<String> TYPES =
      Set.of(
          "text",
          "image",
          "bytes",
          "bool",
          "int8",
          "int16",
          "int32",
          "int64",
          "uint8",
          "uint16",
          "uint32",
          "uint64",
          "float16",
          "bfloat16",
          "float32",
          "float64");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:/-]{0,127}");
  private static final Pattern SHORT = Pattern.compile("([a-z0-9]+)(?:\\[([0-9?, -]{0,100})])?");
  private static final Pattern LIST_OF =
      Pattern.compile("list of (\\{[a-z0-9_, ]{1,200}}|[a-z0-9]+)");
  private static final int MOST_FIELDS = 256;
  private static final int MOST_SIZES = 8;
  private static final long LARGEST_SIZE = Integer.MAX_VALUE;

  private final Findings findings;

  ManifestFields(Findings findings) {
    this.findings = findings;
  }

  List<Field> parse(MapReader root, String key) {
    Mapping mapping = root.mapping(key);
    if (mapping == null) {
      return List.of();
    }
    if (mapping.entries().size() > MOST_FIELDS) {
      root.wrong(key, mapping, "<= " + MOST_FIELDS + " fields");
      return List.of();
    }
    List<Field> fields = new ArrayList<>();
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (!NAME.matcher(name).matches()) {
                findings.add(entry.keyPlace(), key, name, "names of " + NAME.pattern());
              }
              fields.add(field(name, key + "." + name, entry.value()));
            });
    return List.copyOf(fields);
  }

  private Field field(String name, String path, YamlNode node) {
    return switch (node) {
      case Scalar scalar -> shortForm(name, path, scalar);
      case Mapping mapping -> longForm(name, path, mapping);
      case Items items -> {
        findings.add(node.place(), path, node.described(), "a type, or a map with one");
        yield new Field(name, "", List.of(), Map.of());
      }
    };
  }

  private Field shortForm(String name, String path, Scalar scalar) {
    if (LIST_OF.matcher(scalar.text()).matches()) {
      return new Field(name, scalar.text(), List.of(), Map.of());
    }
    Matcher matcher = SHORT.matcher(scalar.text());
    if (!matcher.matches()) {
      findings.add(scalar.place(), path, scalar.described(), "a type such as float32[16]");
      return new Field(name, "", List.of(), Map.of());
    }
    String type = type(matcher.group(1), path, scalar);
    String sizes = matcher.group(2);
    return new Field(name, type, sizes == null ? List.of() : sizes(sizes, path, scalar), Map.of());
  }

  private List<Long> sizes(String text, String path, Scalar scalar) {
    List<Long> sizes = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        String size = part.strip();
        try {
          sizes.add(size.equals("?") ? -1L : Long.parseLong(size));
        } catch (NumberFormatException e) {
          findings.add(scalar.place(), path, scalar.described(), "sizes such as [3, 224, 224]");
          return List.of();
        }
      }
    }
    return checked(sizes, path, scalar);
  }

  private Field longForm(String name, String path, Mapping mapping) {
    Map<String, Object> options = new LinkedHashMap<>(PlainValues.of(mapping, path, findings));
    YamlNode.Entry typeEntry = mapping.entries().get("type");
    if (typeEntry == null || !(typeEntry.value() instanceof Scalar scalar)) {
      findings.add(mapping.place(), path + ".type", "nothing", "a type");
      return new Field(name, "", List.of(), Map.of());
    }
    options.remove("type");
    Field written = shortForm(name, path + ".type", scalar);
    Object shape = options.remove("shape");
    YamlNode.Entry shapeEntry = mapping.entries().get("shape");
    List<Long> sizes =
        shape == null || shapeEntry == null
            ? written.shape()
            : sizes(shape, path + ".shape", shapeEntry.value());
    return new Field(name, written.type(), sizes, Map.copyOf(options));
  }

  private List<Long> sizes(Object shape, String path, YamlNode node) {
    if (!(shape instanceof List<?> list)) {
      findings.add(node.place(), path, node.described(), "a list of sizes");
      return List.of();
    }
    List<Long> sizes = new ArrayList<>();
    for (Object size : list) {
      if (size instanceof Long number) {
        sizes.add(number);
      } else {
        findings.add(node.place(), path, String.valueOf(size), "a size, or -1 if it varies");
        return List.of();
      }
    }
    return checked(sizes, path, node);
  }

  private List<Long> checked(List<Long> sizes, String path, YamlNode node) {
    for (long size : sizes) {
      if (size != -1 && (size < 1 || size > LARGEST_SIZE)) {
        findings.add(node.place(), path, "a size of " + size, "1.." + LARGEST_SIZE + " or -1");
      }
    }
    if (sizes.size() > MOST_SIZES) {
      findings.add(node.place(), path, sizes.size() + " sizes", "<= " + MOST_SIZES);
      return List.of();
    }
    return List.copyOf(sizes);
  }

  private String type(String found, String path, Scalar scalar) {
    if (!TYPES.contains(found)) {
      findings.add(scalar.place(), path, found, Nearest.expectation(found, TYPES));
    }
    return found;
  }
}
