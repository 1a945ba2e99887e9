package dev.millrace.ingress.json;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks over the fields of one JSON object, pulling each value as the type that is expected there.
 * Every failure is a {@link ProblemException} with the field as a JSON pointer, the value found and
 * the value expected. One thread, one document.
 */
public final class JsonObjectReader implements AutoCloseable {

  private static final int SHOWN = 40;

  private final byte[] utf8;
  private final JsonParser parser;
  private final String path;
  private final boolean root;
  private String field = "";

  /** The number of the scalar at hand while {@link #scalars} walks; −1 otherwise. */
  private int scalar = -1;

  /** Opens the document, which must be an object. */
  public JsonObjectReader(byte[] utf8) {
    this(utf8, "");
  }

  private JsonObjectReader(byte[] utf8, String path) {
    this.utf8 = utf8;
    this.parser = JsonLimits.parser(utf8);
    this.path = path;
    this.root = true;
    if (!Utf8.isWellFormed(utf8)) {
      throw new ProblemException(
          Problem.invalid("", "bytes that are no UTF-8", "one well-formed JSON document"));
    }
    if (advance() != JsonToken.START_OBJECT) {
      throw new ProblemException(Problem.invalid("", found(), "a JSON object"));
    }
  }

  private JsonObjectReader(JsonObjectReader outer) {
    this.utf8 = outer.utf8;
    this.parser = outer.parser;
    this.path = outer.pointer();
    this.root = false;
  }

  /**
   * An object with this one field, for a value that was put aside by {@link #raw}.
   *
   * @param path under which the field is told in failures
   */
  public static JsonObjectReader ofField(String name, byte[] value, String path) {
    byte[] before = ("{\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(before, before.length + value.length + 1);
    System.arraycopy(value, 0, whole, before.length, value.length);
    whole[whole.length - 1] = '}';
    return new JsonObjectReader(whole, path);
  }

  /** The next field's name with its value at hand, or null after the last. */
  public @Nullable String nextField() {
    JsonToken token = name();
    if (token == JsonToken.END_OBJECT) {
      if (root && advance() != null) {
        throw malformed("text after the end of the document");
      }
      return null;
    }
    field = parser.currentName();
    advance();
    return field;
  }

  private @Nullable JsonToken name() {
    try {
      return parser.nextToken();
    } catch (JacksonException broken) {
      // The parser has looked at what follows the name: that value is at fault, not the last one.
      String begun = parser.currentName();
      field = begun == null ? field : begun;
      throw malformed(reason(broken));
    }
  }

  /** The JSON pointer of the field at hand. */
  public String pointer() {
    return scalar < 0 ? path + "/" + field : path + "/" + field + "/" + scalar;
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  public boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  public boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  public boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  public boolean isNumber() {
    return parser.currentToken().isNumeric();
  }

  public String text() {
    return text(Integer.MAX_VALUE);
  }

  /** A text of at most so many bytes in UTF-8, near enough for a limit (characters are counted). */
  public String text(int longest) {
    if (!isText()) {
      throw unexpected("a text");
    }
    String text = wellFormedText();
    if (text.length() > longest) {
      throw new ProblemException(
          Problem.invalid(
              pointer(), text.length() + " characters", "at most " + longest + " characters"));
    }
    return text;
  }

  public boolean truth() {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw unexpected("true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** A whole number within bounds. */
  public long whole(long least, long most) {
    String expected = "a whole number " + least + ".." + most;
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw unexpected(expected);
    }
    try {
      long value = parser.getLongValue();
      if (value < least || value > most) {
        throw unexpected(expected);
      }
      return value;
    } catch (JacksonException overflow) {
      throw unexpected(expected);
    }
  }

  /** A finite number within bounds. */
  public double number(double least, double most) {
    String expected = "a number " + least + ".." + most;
    if (!isNumber()) {
      throw unexpected(expected);
    }
    double value = read(parser::getDoubleValue);
    if (!(value >= least && value <= most)) {
      throw unexpected(expected);
    }
    return value;
  }

  /** A number that a float can hold, rounded to one. */
  public float float32() {
    if (!isNumber()) {
      throw unexpected("a number");
    }
    float value = read(parser::getFloatValue);
    if (!Float.isFinite(value)) {
      throw unexpected("a number within the range of FP32");
    }
    return value;
  }

  /** A whole number of 64 bits without a sign. */
  public long unsigned() {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      BigInteger value = read(parser::getBigIntegerValue);
      if (value.signum() >= 0 && value.bitLength() <= 64) {
        return value.longValue();
      }
    }
    throw unexpected("a whole number 0..18446744073709551615");
  }

  /**
   * Goes over the scalars of the array at hand, flat or nested, in order: each is then the value at
   * hand. Costs nothing an element but what {@code each} does.
   */
  public void scalars(Runnable each) {
    if (!isArray()) {
      throw unexpected("an array");
    }
    scalar = 0;
    for (int depth = 1; depth > 0; ) {
      JsonToken token = inner();
      if (token == JsonToken.END_ARRAY) {
        depth--;
      } else if (token == JsonToken.START_ARRAY) {
        depth++;
      } else {
        each.run();
        scalar++;
      }
    }
    scalar = -1;
  }

  /** Goes into the object at hand; read it to its last field before going on here. */
  public JsonObjectReader object() {
    if (!isObject()) {
      throw unexpected("an object");
    }
    return new JsonObjectReader(this);
  }

  /** Goes over the elements of the array at hand: each is then the value at hand. */
  public void elements(int most, Runnable each) {
    if (!isArray()) {
      throw unexpected("an array");
    }
    String array = field;
    int count = 0;
    while (advance() != JsonToken.END_ARRAY) {
      if (count == most) {
        field = array;
        throw new ProblemException(
            Problem.invalid(pointer(), "more than " + most, "at most " + most + " elements"));
      }
      field = array + "/" + count++;
      each.run();
    }
    field = array;
  }

  /** The bytes of the value at hand, whatever it is, well-formed. */
  public byte[] raw() {
    int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    skip();
    int to = Math.toIntExact(parser.currentLocation().getByteOffset());
    return Arrays.copyOfRange(utf8, from, to);
  }

  /** Passes over the value at hand, whatever it is. */
  public void skip() {
    int depth = 0;
    do {
      JsonToken token = depth == 0 ? parser.currentToken() : inner();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING) {
        // A text is parsed only when asked for, and what is not parsed is not known to be
        // well-formed.
        wellFormedText();
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        finite();
      }
    } while (depth > 0);
  }

  /** Only an exponent makes a number of 64 characters larger than a double. */
  private void finite() {
    char[] text = read(parser::getStringCharacters);
    int from = parser.getStringOffset();
    for (int i = from; i < from + parser.getStringLength(); i++) {
      if ((text[i] | 0x20) == 'e') {
        if (!Double.isFinite(read(parser::getDoubleValue))) {
          throw malformed("a number that is too large");
        }
        return;
      }
    }
  }

  private String wellFormedText() {
    String text = read(parser::getString);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          throw malformed("half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  /** A failure about the value at hand. */
  public ProblemException unexpected(String expected) {
    return new ProblemException(Problem.invalid(pointer(), found(), expected));
  }

  private String found() {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case null -> "nothing";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      // A text may be a prompt or a secret: its presence is told, not its content.
      case VALUE_STRING -> "a text";
      default -> shortened(read(parser::getString));
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  private JsonToken inner() {
    JsonToken token = advance();
    if (token == null) {
      throw malformed("an early end");
    }
    return token;
  }

  private @Nullable JsonToken advance() {
    try {
      return parser.nextToken();
    } catch (JacksonException broken) {
      throw malformed(reason(broken));
    }
  }

  private <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (JacksonException broken) {
      throw malformed(reason(broken));
    }
  }

  /** The parser's own message quotes the source; only what kind of failure it was is passed on. */
  private static String reason(JacksonException broken) {
    String message = broken.getOriginalMessage();
    if (message.contains("Duplicate")) {
      return "a name that stands twice in one object";
    }
    if (message.contains("nesting depth") || message.contains("Nesting depth")) {
      return "nesting deeper than " + JsonLimits.DEPTH;
    }
    if (message.contains("Number value length")) {
      return "a number of more than " + JsonLimits.NUMBER_LENGTH + " characters";
    }
    if (message.contains("Name length")) {
      return "a name of more than " + JsonLimits.NAME_LENGTH + " characters";
    }
    return "not well-formed";
  }

  private ProblemException malformed(String reason) {
    var at = parser.currentLocation();
    return new ProblemException(
        Problem.invalid(
            field.isEmpty() ? path : pointer(),
            reason + " at line " + at.getLineNr() + ", column " + at.getColumnNr(),
            "one well-formed JSON document"));
  }

  @Override
  public void close() {
    parser.close();
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read();
  }
}
