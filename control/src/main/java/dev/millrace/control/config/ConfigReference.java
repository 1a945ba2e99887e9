package dev.millrace.control.config;

import dev.millrace.control.yaml.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reference of all keys, for people as a document and for editors as a JSON Schema. Both are
 * made from the keys that the reader uses, so neither can promise what it does not take.
 */
public final class ConfigReference {

  /** The document, under the project's {@code docs}. */
  public static final String DOCUMENT = "configuration.md";

  /** The schema, under the project's {@code docs}. */
  public static final String SCHEMA = "millrace.schema.json";

  private ConfigReference() {}

  /** Writes both files. */
  public static void write(Path docs) throws IOException {
    Files.createDirectories(docs);
    Files.writeString(docs.resolve(DOCUMENT), markdown());
    Files.writeString(docs.resolve(SCHEMA), schema());
  }

  /** The reference as Markdown. */
  public static String markdown() {
    StringBuilder out =
        new StringBuilder(
            """
            # Configuration

            One file, `millrace.yaml`, read at the start and again at SIGHUP. Without a file, or with
            an empty one, every key has its default. An unknown key or a value out of range refuses the
            whole file, with the line of everything that is wrong; a running node then keeps what it
            has. `./millrace check FILE` tells beforehand.

            Times are written with a unit (`250ms`, `30s`, `10m`, `24h`, `7d`), sizes too (`512B`,
            `64KiB`, `8MiB`, `1GiB`). No anchors, aliases or tags. At most 8 snapshots of the
            configuration live at once; the oldest is forgotten first.

            Editors that know JSON Schema take [millrace.schema.json](millrace.schema.json); begin the
            file with `# yaml-language-server: $schema=docs/millrace.schema.json`.

            This document is made from the source: `mvn -pl control -am test -Dtest=ConfigReferenceTest
            -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.write=true`.
            """);
    for (Section section : NodeConfig.SECTIONS) {
      out.append("\n## `").append(section.name()).append('`');
      out.append(section.list() ? " (a list)" : "").append("\n\n").append(section.help());
      out.append("\n\n| key | range | default | |\n| --- | --- | --- | --- |\n");
      section.keys().forEach(key -> row(out, section, key));
    }
    return out.append(FixedLimits.MARKDOWN).toString();
  }

  private static <T> void row(StringBuilder out, Section section, Key<T> key) {
    T absent = key.absent();
    String shown = absent == null ? "" : key.type().show(absent);
    String expected = key.type().expected().replace("|", "\\|");
    out.append("| `").append(section.name()).append(section.list() ? "[]." : ".");
    out.append(key.name()).append("` | ").append(code(expected)).append(" | ");
    out.append(absent == null ? "required" : shown.isEmpty() ? "none" : "`" + shown + "`");
    out.append(" | ").append(key.help()).append(" |\n");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  /** The JSON Schema, draft 2020-12. */
  public static String schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Section section : NodeConfig.SECTIONS) {
      Map<String, Object> group = group(section);
      properties.put(section.name(), section.list() ? listOf(group, section) : group);
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "millrace.yaml");
    root.put("type", List.of("object", "null"));
    root.put("additionalProperties", false);
    root.put("properties", properties);
    return JsonText.indented(root);
  }

  private static Map<String, Object> listOf(Map<String, Object> group, Section section) {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("type", "array");
    list.put("description", section.help());
    list.put("items", group);
    return list;
  }

  private static Map<String, Object> group(Section section) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Key<?> key : section.keys()) {
      properties.put(key.name(), property(key));
      if (key.absent() == null) {
        required.add(key.name());
      }
    }
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("type", "object");
    group.put("description", section.help());
    group.put("additionalProperties", false);
    if (!required.isEmpty()) {
      group.put("required", required);
    }
    group.put("properties", properties);
    return group;
  }

  private static <T> Map<String, Object> property(Key<T> key) {
    Map<String, Object> property = new LinkedHashMap<>(key.type().schema());
    T absent = key.absent();
    property.put("description", key.help());
    if (absent != null && !absent.equals("")) {
      property.put("default", key.type().json(absent));
    }
    return property;
  }
}
