package dev.millrace.control.yaml;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a document with its place. Immutable. */
public sealed interface YamlNode {

  Place place();

  /** What a person would call this value in an error. */
  String described();

  /**
   * One value.
   *
   * @param text as written, without quotes
   * @param plain whether it stood without quotes, so that it may be a number or a truth value
   */
  record Scalar(Place place, String text, boolean plain) implements YamlNode {

    private static final int SHOWN = 60;

    @Override
    public String described() {
      if (absent()) {
        return "nothing";
      }
      String shown = text.length() <= SHOWN ? text : beginning() + "…";
      shown = shown.replace("\n", "\\n").replace("\r", "\\r");
      return plain ? shown : '"' + shown + '"';
    }

    private String beginning() {
      return text.substring(0, SHOWN - (Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? 1 : 0));
    }

    /** Whether nothing was written. */
    public boolean absent() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    /** A Boolean, Long, Double or String as the JSON schema of YAML resolves it; null if absent. */
    public @Nullable Object value() {
      return absent() ? null : plain ? Scalars.resolve(text) : text;
    }
  }

  /** Values in order. */
  record Items(Place place, List<YamlNode> nodes) implements YamlNode {
    @Override
    public String described() {
      return "a list of " + nodes.size();
    }
  }

  /** Values by key, in the order written. */
  record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String described() {
      return "a map with " + entries.size() + " keys";
    }
  }

  /**
   * @param keyPlace where the key stands
   */
  record Entry(Place keyPlace, YamlNode value) {}
}
