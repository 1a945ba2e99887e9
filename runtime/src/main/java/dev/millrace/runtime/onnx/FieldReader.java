package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one declared input, from JSON or from a tensor. Immutable; any thread. */
interface FieldReader {

  /** The parser stands on the value; afterwards on its last token. */
  Column read(JsonParser parser);

  Column read(Tensor tensor);

  /** What is wrong with a value, in the three parts that a caller needs. */
  static ProblemException invalid(String field, String found, String expected) {
    return new ProblemException(Problem.invalid(field, found, expected));
  }

  /** A token as a message shows it: its sort, never its text. */
  static String sort(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }

  static ProblemException tooMany(String field, long rows, int most) {
    return new ProblemException(
        new Problem(
            ErrorCode.TOO_LARGE,
            field + ": " + rows + " rows (expected: at most " + most + ")",
            field,
            0));
  }

  /** Texts, one or a list. */
  record OfTexts(String field, int maxRows) implements FieldReader {

    private static final String EXPECTED = "a text or a list of texts";

    @Override
    public Column read(JsonParser parser) {
      List<String> texts = strings(parser, field, maxRows, EXPECTED);
      return new Column.Texts(texts.toArray(String[]::new), new long[] {texts.size()});
    }

    static List<String> strings(JsonParser parser, String field, int maxRows, String expected) {
      List<String> texts = new ArrayList<>(1);
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        texts.add(string(parser, field, expected));
        return texts;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (texts.size() == maxRows) {
          throw tooMany(field, maxRows + 1L, maxRows);
        }
        texts.add(string(parser, field + "/" + texts.size(), expected));
      }
      if (texts.isEmpty()) {
        throw invalid(field, "an empty list", expected);
      }
      return texts;
    }

    private static String string(JsonParser parser, String field, String expected) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw invalid(field, sort(parser.currentToken()), expected);
      }
      String text = parser.getString();
      if (!StrictJson.wellFormed(text)) {
        throw invalid(field, "half of a surrogate pair", "whole characters");
      }
      return text;
    }

    @Override
    public Column read(Tensor tensor) {
      List<byte[]> blobs = blobs(tensor, field, maxRows);
      String[] texts = new String[blobs.size()];
      for (int i = 0; i < texts.length; i++) {
        try {
          texts[i] =
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(blobs.get(i))).toString();
        } catch (CharacterCodingException malformed) {
          throw invalid(field + "/" + i, "bytes that are not UTF-8", "UTF-8 text");
        }
      }
      return new Column.Texts(texts, new long[] {texts.length});
    }

    static List<byte[]> blobs(Tensor tensor, String field, int maxRows) {
      long[] shape = tensor.shape();
      boolean perRow = shape.length == 1 || (shape.length == 2 && shape[1] == 1);
      if (tensor.type() != DataType.BYTES || !perRow || shape[0] < 1) {
        throw invalid(
            field,
            tensor.type() + " " + Arrays.toString(shape),
            "BYTES [N] or [N, 1], N at least 1");
      }
      if (shape[0] > maxRows) {
        throw tooMany(field, shape[0], maxRows);
      }
      return tensor.blobs();
    }
  }

  /** Image files, in JSON as base64 or a data: URL. */
  record OfImages(String field, int maxRows) implements FieldReader {

    private static final String EXPECTED = "base64 of an image file, or a data: URL with it";

    @Override
    public Column read(JsonParser parser) {
      List<String> texts = OfTexts.strings(parser, field, maxRows, EXPECTED);
      List<byte[]> files = new ArrayList<>(texts.size());
      for (int i = 0; i < texts.size(); i++) {
        files.add(file(texts.get(i), texts.size() == 1 ? field : field + "/" + i));
      }
      return new Column.Files(files);
    }

    private static byte[] file(String text, String field) {
      int from = 0;
      if (text.startsWith("data:")) {
        int comma = text.indexOf(',');
        if (comma < 0 || !text.substring(0, comma).endsWith(";base64")) {
          throw invalid(field, "a data: URL without ;base64,", EXPECTED);
        }
        from = comma + 1;
      }
      try {
        return Base64.getDecoder()
            .decode(text.substring(from).getBytes(StandardCharsets.ISO_8859_1));
      } catch (IllegalArgumentException malformed) {
        throw invalid(field, "a text that is not base64", EXPECTED);
      }
    }

    @Override
    public Column read(Tensor tensor) {
      return new Column.Files(OfTexts.blobs(tensor, field, maxRows));
    }
  }
}
