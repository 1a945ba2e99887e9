package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of one declared step or field, checked as they are asked for. */
final class Options {

  private final String where;
  private final Map<String, Object> options;
  private final Set<String> asked = new HashSet<>();

  /**
   * @param where for messages, such as {@code steps[2] resize}
   */
  Options(String where, Map<String, Object> options) {
    this.where = where;
    this.options = options;
  }

  private @Nullable Object get(String name) {
    asked.add(name);
    return options.get(name);
  }

  boolean has(String name) {
    return get(name) != null;
  }

  String text(String name, String absent) {
    Object value = get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw refused(name, value, "a text");
  }

  boolean truth(String name, boolean absent) {
    Object value = get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw refused(name, value, "true or false");
  }

  int number(String name, int absent, int least, int most) {
    Object value = get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Long number && number >= least && number <= most) {
      return number.intValue();
    }
    throw refused(name, value, least + ".." + most);
  }

  double real(String name, double absent) {
    Object value = get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw refused(name, value, "a finite number");
  }

  /** A number from 0 to 1. */
  double share(String name, double absent) {
    double share = real(name, absent);
    if (share < 0 || share > 1) {
      throw refused(name, share, "0..1");
    }
    return share;
  }

  /** A list of 1 to {@code count} whole numbers. */
  int[] numbers(String name, int[] absent, int count, int least, int most) {
    Object value = get(name);
    if (value == null) {
      return absent;
    }
    boolean fits = value instanceof List<?> list && !list.isEmpty() && list.size() <= count;
    int[] numbers = new int[fits ? ((List<?>) value).size() : 0];
    for (int i = 0; fits && i < numbers.length; i++) {
      fits = ((List<?>) value).get(i) instanceof Long number && number >= least && number <= most;
      numbers[i] = fits ? ((Long) ((List<?>) value).get(i)).intValue() : 0;
    }
    if (!fits) {
      throw refused(name, value, "1 to " + count + " numbers of " + least + ".." + most);
    }
    return numbers;
  }

  /** One number for all, or one each. */
  double[] reals(String name, double absent, int count) {
    double[] reals = new double[count];
    Object value = get(name);
    for (int i = 0; i < count; i++) {
      Object each = value instanceof List<?> list && list.size() == count ? list.get(i) : value;
      if (each == null) {
        reals[i] = absent;
      } else if (each instanceof Number number && Double.isFinite(number.doubleValue())) {
        reals[i] = number.doubleValue();
      } else {
        throw refused(name, value, "a number or " + count + " numbers");
      }
    }
    return reals;
  }

  /** One text or a list of them; empty when absent. */
  List<String> texts(String name) {
    Object value = get(name);
    if (value == null) {
      return List.of();
    }
    List<?> list = value instanceof List<?> many ? many : List.of(value);
    for (Object each : list) {
      if (!(each instanceof String)) {
        throw refused(name, value, "a text or texts");
      }
    }
    return list.stream().map(String.class::cast).toList();
  }

  <E> E choice(String name, String absent, Map<String, E> choices) {
    String text = text(name, absent);
    E choice = choices.get(text);
    if (choice == null) {
      throw refused(name, text, "one of " + choices.keySet());
    }
    return choice;
  }

  /** Refuses what was not asked for: a misspelt option must not be silently without effect. */
  void done() {
    for (String name : options.keySet()) {
      if (!asked.contains(name)) {
        throw refused(name, "unknown", "one of " + asked.stream().sorted().toList());
      }
    }
  }

  ProblemException refused(String name, @Nullable Object found, String expected) {
    return new ProblemException(
        Problem.of(
            ErrorCode.INVALID_ARGUMENT,
            where + ": " + name + ": " + found + " (expected: " + expected + ")"));
  }
}
