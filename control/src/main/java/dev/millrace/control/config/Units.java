package dev.millrace.control.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times and sizes as people write them: {@code 250ms}, {@code 10m}, {@code 64MiB}. */
final class Units {

  static final String TIME_PATTERN = "[0-9]{1,12}(ms|s|m|h|d)";
  static final String SIZE_PATTERN = "[0-9]{1,15}(B|KiB|MiB|GiB|TiB)";

  private static final Pattern TIME = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB|TiB)");
  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();

  static {
    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
    BYTES.put("TiB", 1L << 40);
    BYTES.put("GiB", 1L << 30);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("B", 1L);
  }

  private Units() {}

  /** Null when the text is no time. */
  static @Nullable Long millis(String text) {
    return parse(TIME.matcher(text), MILLIS);
  }

  /** Null when the text is no size. */
  static @Nullable Long bytes(String text) {
    return parse(SIZE.matcher(text), BYTES);
  }

  static String time(long millis) {
    return write(millis, MILLIS);
  }

  static String size(long bytes) {
    return write(bytes, BYTES);
  }

  private static @Nullable Long parse(Matcher matcher, Map<String, Long> units) {
    if (!matcher.matches()) {
      return null;
    }
    Long unit = units.get(matcher.group(2));
    try {
      return unit == null ? null : Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException tooLarge) {
      return null;
    }
  }

  private static String write(long value, Map<String, Long> units) {
    String smallest = "";
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value != 0 && value % unit.getValue() == 0) {
        return value / unit.getValue() + unit.getKey();
      }
      smallest = unit.getKey();
    }
    return value + smallest;
  }
}
