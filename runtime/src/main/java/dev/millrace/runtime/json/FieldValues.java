package dev.millrace.runtime.json;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The value at hand as the type that is expected there, or a refusal with its place. */
public final class FieldValues {

  private FieldValues() {}

  /** A text of whole characters. */
  public static String text(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw invalid(place, "no text", "a text");
    }
    String text = parser.getString();
    if (!StrictJson.wellFormed(text)) {
      throw invalid(place, "half of a surrogate pair", "whole characters");
    }
    return text;
  }

  public static long integer(JsonParser parser, String place, long least, long most) {
    String expected = "an integer, " + least + ".." + most;
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw invalid(place, "no integer of 64 bits", expected);
    }
    long value = parser.getLongValue();
    if (value < least || value > most) {
      throw invalid(place, Long.toString(value), expected);
    }
    return value;
  }

  public static double real(JsonParser parser, String place, double least, double most) {
    String expected =
        least == Double.MIN_VALUE ? "above 0, at most " + plain(most) : least + ".." + most;
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw invalid(place, "no number", expected);
    }
    double value = parser.getDoubleValue();
    if (!(value >= least && value <= most)) {
      throw invalid(place, Double.toString(value), expected);
    }
    return value;
  }

  private static String plain(double whole) {
    return whole == Math.rint(whole) ? Long.toString((long) whole) : Double.toString(whole);
  }

  public static ProblemException invalid(String field, String found, String expected) {
    return new ProblemException(Problem.invalid(field, found, expected));
  }
}
