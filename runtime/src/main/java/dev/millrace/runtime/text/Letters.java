package dev.millrace.runtime.text;

/** How BERT's normalizer sees characters. */
final class Letters {

  private Letters() {}

  /** Control, format, private and replacement characters vanish; tab and line end stay. */
  static boolean isDropped(int point) {
    if (point == '\t' || point == '\n' || point == '\r') {
      return false;
    }
    if (point < 128) {
      return point < ' ' || point == 127;
    }
    return point == 0xFFFD
        || switch (Character.getType(point)) {
          case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE ->
              true;
          default -> false;
        };
  }

  static boolean isSpace(int point) {
    if (point < 128) {
      return point == ' ' || (point >= '\t' && point <= '\r');
    }
    return point == 0x85 || Character.isSpaceChar(point);
  }

  static boolean isPunctuation(int point) {
    if (point < 128) {
      return (point >= '!' && point <= '/')
          || (point >= ':' && point <= '@')
          || (point >= '[' && point <= '`')
          || (point >= '{' && point <= '~');
    }
    return switch (Character.getType(point)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The blocks of Chinese characters; kana and hangul are words like others. */
  static boolean isIdeograph(int point) {
    return (point >= 0x4E00 && point <= 0x9FFF)
        || (point >= 0x3400 && point <= 0x4DBF)
        || (point >= 0x20000 && point <= 0x2A6DF)
        || (point >= 0x2A700 && point <= 0x2B73F)
        || (point >= 0x2B740 && point <= 0x2B81F)
        || (point >= 0x2B920 && point <= 0x2CEAF)
        || (point >= 0xF900 && point <= 0xFAFF)
        || (point >= 0x2F800 && point <= 0x2FA1F);
  }

  static String withoutAccents(String decomposed) {
    StringBuilder kept = new StringBuilder(decomposed.length());
    decomposed
        .codePoints()
        .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  static void lowerAscii(StringBuilder text) {
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter >= 'A' && letter <= 'Z') {
        text.setCharAt(i, (char) (letter + ('a' - 'A')));
      }
    }
  }

  /** Each character alone: a sigma at a word's end stays an inner one, as the models learned it. */
  static String lower(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point == 0x130) {
                lower.append("i\u0307");
              } else {
                lower.appendCodePoint(Character.toLowerCase(point));
              }
            });
    return lower.toString();
  }
}
