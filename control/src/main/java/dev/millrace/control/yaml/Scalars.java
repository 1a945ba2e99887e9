package dev.millrace.control.yaml;

import java.util.regex.Pattern;

/** What a bare scalar means: JSON's literals only, so that {@code no} and {@code 1_0} are texts. */
final class Scalars {

  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");
  private static final int LONGEST_NUMBER = 80;

  private Scalars() {}

  static Object resolve(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    if (text.length() <= LONGEST_NUMBER) {
      if (WHOLE.matcher(text).matches()) {
        return Long.valueOf(text);
      }
      if (NUMBER.matcher(text).matches()) {
        double number = Double.parseDouble(text);
        return Double.isFinite(number) ? (Object) number : text;
      }
    }
    return text;
  }
}
