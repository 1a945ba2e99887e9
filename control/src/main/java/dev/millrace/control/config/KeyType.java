package dev.millrace.control.config;

import dev.millrace.control.yaml.Nearest;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlNode.Items;
import dev.millrace.control.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a key's value is written, checked, shown and described to editors. */
sealed interface KeyType<T> {

  /** The value, or null when the node is none within the bounds. */
  @Nullable T parse(YamlNode node);

  /** What is expected, for errors and the reference. */
  String expected();

  /** What is expected, given what was found. */
  default String expected(String found) {
    return expected();
  }

  /** What a person is told was found; never a value that may be a secret. */
  default String found(YamlNode node) {
    return node.described();
  }

  /** A value as it is written. */
  String show(T value);

  /** The JSON Schema of a value. */
  Map<String, Object> schema();

  /** A default is JSON in the schema and in the file alike. */
  default Object json(T value) {
    return show(value);
  }

  static <T> T required(@Nullable T value, String text) {
    if (value == null) {
      throw new IllegalArgumentException("\"" + text + "\" is no default of its type");
    }
    return value;
  }

  private static Map<String, Object> schemaOf(String type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    return schema;
  }

  /** A whole number in bounds. */
  record Whole(int least, int most, String unit) implements KeyType<Integer> {
    @Override
    public @Nullable Integer parse(YamlNode node) {
      return node instanceof Scalar scalar
              && scalar.value() instanceof Long number
              && number >= least
              && number <= most
          ? Integer.valueOf(number.intValue())
          : null;
    }

    @Override
    public String expected() {
      return least + ".." + most + (unit.isEmpty() ? "" : " " + unit);
    }

    @Override
    public String show(Integer value) {
      return value.toString();
    }

    @Override
    public Object json(Integer value) {
      return value;
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> schema = schemaOf("integer");
      schema.put("minimum", least);
      schema.put("maximum", most);
      return schema;
    }
  }

  /** A time in bounds, in milliseconds. */
  record Time(long least, long most) implements KeyType<Long> {
    @Override
    public @Nullable Long parse(YamlNode node) {
      Long millis = node instanceof Scalar scalar ? Units.millis(scalar.text()) : null;
      return millis != null && millis >= least && millis <= most ? millis : null;
    }

    @Override
    public String expected() {
      return Units.time(least) + ".." + Units.time(most);
    }

    @Override
    public String show(Long value) {
      return Units.time(value);
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> schema = schemaOf("string");
      schema.put("pattern", "^" + Units.TIME_PATTERN + "$");
      return schema;
    }
  }

  /** A size in bounds, in bytes. */
  record Size(long least, long most) implements KeyType<Long> {
    @Override
    public @Nullable Long parse(YamlNode node) {
      Long bytes = node instanceof Scalar scalar ? Units.bytes(scalar.text()) : null;
      return bytes != null && bytes >= least && bytes <= most ? bytes : null;
    }

    @Override
    public String expected() {
      return Units.size(least) + ".." + Units.size(most);
    }

    @Override
    public String show(Long value) {
      return Units.size(value);
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> schema = schemaOf("string");
      schema.put("pattern", "^" + Units.SIZE_PATTERN + "$");
      return schema;
    }
  }

  /** True or false. */
  enum Truth implements KeyType<Boolean> {
    INSTANCE;

    @Override
    public @Nullable Boolean parse(YamlNode node) {
      return node instanceof Scalar scalar && scalar.value() instanceof Boolean truth
          ? truth
          : null;
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public String show(Boolean value) {
      return value.toString();
    }

    @Override
    public Object json(Boolean value) {
      return value;
    }

    @Override
    public Map<String, Object> schema() {
      return schemaOf("boolean");
    }
  }

  /** A text that a pattern matches. */
  record Text(String pattern) implements KeyType<String> {
    @Override
    public @Nullable String parse(YamlNode node) {
      return node instanceof Scalar scalar && scalar.text().matches(pattern) ? scalar.text() : null;
    }

    @Override
    public String expected() {
      return pattern;
    }

    @Override
    public String show(String value) {
      return value;
    }

    @Override
    public Map<String, Object> schema() {
      // A bare number in the file is still a text to us, so editors must let it stand.
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("type", List.of("string", "number"));
      schema.put("pattern", "^(" + pattern + ")$");
      return schema;
    }
  }

  /**
   * Where a secret is to be found. What stands there instead may be the secret itself, by mistake,
   * and is never shown.
   */
  record Reference(String pattern) implements KeyType<String> {
    @Override
    public @Nullable String parse(YamlNode node) {
      return node instanceof Scalar scalar && scalar.text().matches(pattern) ? scalar.text() : null;
    }

    @Override
    public String expected() {
      return pattern;
    }

    @Override
    public String found(YamlNode node) {
      return "something else (not shown: it may be a secret)";
    }

    @Override
    public String show(String value) {
      return value;
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> schema = schemaOf("string");
      schema.put("pattern", "^(" + pattern + ")$");
      return schema;
    }
  }

  /** Some texts that a pattern matches. */
  record Texts(String pattern, int most) implements KeyType<List<String>> {
    @Override
    public @Nullable List<String> parse(YamlNode node) {
      if (!(node instanceof Items items) || items.nodes().size() > most) {
        return null;
      }
      List<String> texts = new ArrayList<>();
      for (YamlNode item : items.nodes()) {
        if (!(item instanceof Scalar scalar) || !scalar.text().matches(pattern)) {
          return null;
        }
        texts.add(scalar.text());
      }
      return List.copyOf(texts);
    }

    @Override
    public String expected() {
      return "a list of at most " + most + " of " + pattern;
    }

    @Override
    public String show(List<String> value) {
      return value.toString();
    }

    @Override
    public Object json(List<String> value) {
      return value;
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> item = schemaOf("string");
      item.put("pattern", "^(" + pattern + ")$");
      Map<String, Object> schema = schemaOf("array");
      schema.put("maxItems", most);
      schema.put("items", item);
      return schema;
    }
  }

  /** A choice whose name is not its constant's in lower case with hyphens. */
  interface Named {
    String written();
  }

  /** One of an enumeration's values, in lower case, with hyphens for underscores. */
  record Choice<E extends Enum<E>>(List<E> values) implements KeyType<E> {
    @Override
    public @Nullable E parse(YamlNode node) {
      if (node instanceof Scalar scalar) {
        for (E value : values) {
          if (show(value).equals(scalar.text())) {
            return value;
          }
        }
      }
      return null;
    }

    private List<String> names() {
      return values.stream().map(this::show).toList();
    }

    @Override
    public String expected() {
      return String.join(", ", names());
    }

    @Override
    public String expected(String found) {
      return Nearest.expectation(found, names());
    }

    @Override
    public String show(E value) {
      return value instanceof Named named
          ? named.written()
          : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Map<String, Object> schema() {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("enum", names());
      return schema;
    }
  }
}
