package dev.millrace.control.yaml;

import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Mapping;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes as plain data: Long, Double, Boolean, String, List and Map, as options are kept. */
public final class PlainValues {

  private PlainValues() {}

  /** The values of a mapping; an empty value is a finding and left out. */
  public static Map<String, Object> of(Mapping mapping, String path, Findings findings) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              String where = path.isEmpty() ? key : path + "." + key;
              if (entry.value() instanceof Scalar scalar && scalar.absent()) {
                findings.add(entry.keyPlace(), where, "nothing", "a value");
              } else {
                values.put(key, of(entry.value(), where, findings));
              }
            });
    return values;
  }

  /** One value; an empty one is a finding and becomes an empty text. */
  public static Object of(YamlNode node, String path, Findings findings) {
    return switch (node) {
      case Mapping mapping -> of(mapping, path, findings);
      case Items items -> {
        List<Object> list = new ArrayList<>();
        for (YamlNode item : items.nodes()) {
          list.add(of(item, path + "[" + list.size() + "]", findings));
        }
        yield list;
      }
      case Scalar scalar -> {
        Object value = scalar.value();
        if (value == null) {
          findings.add(node.place(), path, "nothing", "a value");
          yield "";
        }
        yield value;
      }
    };
  }
}
