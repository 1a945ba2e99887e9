package dev.millrace.ingress.openai;

import dev.millrace.ingress.json.JsonObjectReader;

/**
 * An image that came with the request (RFC 2397). Addresses are refused: fetching them would let a
 * client send the node to wherever it likes.
 */
final class DataUrl {

  static final String EXPECTED = "data:image/...;base64,...";

  private DataUrl() {}

  /** The text at hand, which is such a URL. Its bytes are the runtime's to judge. */
  static String read(JsonObjectReader json) {
    String url = json.text();
    int comma = url.indexOf(',');
    boolean image =
        comma > 0
            && url.regionMatches(true, 0, "data:image/", 0, 11)
            && url.regionMatches(true, comma - 7, ";base64", 0, 7);
    if (!image || !isBase64(url, comma + 1)) {
      throw json.unexpected(EXPECTED);
    }
    return url;
  }

  private static boolean isBase64(String url, int from) {
    int end = url.length();
    while (end > from && url.charAt(end - 1) == '=' && url.length() - end < 2) {
      end--;
    }
    for (int i = from; i < end; i++) {
      char c = url.charAt(i);
      boolean digit =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (!digit) {
        return false;
      }
    }
    return end > from;
  }
}
