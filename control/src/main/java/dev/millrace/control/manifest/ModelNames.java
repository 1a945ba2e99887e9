package dev.millrace.control.manifest;

import java.util.Set;
import java.util.regex.Pattern;

/** The one check of model names and versions, for every door and every file. */
public final class ModelNames {

  public static final String NAME_EXPECTED =
      "[a-z0-9][a-z0-9._-]{0,63}, not \"sim\", not ending in \".raw\"";
  public static final String VERSION_EXPECTED = "[A-Za-z0-9][A-Za-z0-9._-]{0,31}";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern VERSION = Pattern.compile(VERSION_EXPECTED);
  // "sim" is built in; ".raw" names the bare tensors of a model on the V2 door.
  private static final Set<String> RESERVED = Set.of("sim");
  private static final String RESERVED_END = ".raw";

  private ModelNames() {}

  public static boolean isName(String text) {
    return NAME.matcher(text).matches() && !RESERVED.contains(text) && !text.endsWith(RESERVED_END);
  }

  public static boolean isVersion(String text) {
    return VERSION.matcher(text).matches();
  }

  /** Orders versions as people count: 2 before 10, 1.9 before 1.10. */
  public static int compareVersions(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = runEnd(a, i);
      int endB = runEnd(b, j);
      int order = compareRuns(a.substring(i, endA), b.substring(j, endB));
      if (order != 0) {
        return order;
      }
      i = endA;
      j = endB;
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    return order != 0 ? order : a.compareTo(b);
  }

  private static int compareRuns(String a, String b) {
    if (isDigit(a.charAt(0)) && isDigit(b.charAt(0))) {
      String plainA = a.replaceFirst("^0+(?=.)", "");
      String plainB = b.replaceFirst("^0+(?=.)", "");
      int order = Integer.compare(plainA.length(), plainB.length());
      return order != 0 ? order : plainA.compareTo(plainB);
    }
    return a.compareTo(b);
  }

  private static int runEnd(String text, int from) {
    boolean digits = isDigit(text.charAt(from));
    int end = from + 1;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
