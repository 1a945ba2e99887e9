package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one element of {@code inputs}, its fields in any order, and holds it to the signature. */
final class InputReader {

  private static final int NAME_LENGTH = 256;
  private static final int MOST_DIMENSIONS = 8;

  private final JsonObjectReader json;
  private final String pointer;
  private final long mostElements;
  private final int limit;
  private final long[] sizes = new long[MOST_DIMENSIONS];
  private int dimensions = -1;
  private @Nullable String name;
  private @Nullable DataType type;
  private byte @Nullable [] data;
  private byte @Nullable [] unread;

  /**
   * @param pointer of the object at hand
   * @param mostElements that a body of this length can hold
   * @param limit bytes of a tensor
   */
  private InputReader(JsonObjectReader json, String pointer, long mostElements, int limit) {
    this.json = json;
    this.pointer = pointer;
    this.mostElements = mostElements;
    this.limit = limit;
  }

  static Tensor read(JsonObjectReader outer, Signature signature, int bodyLength, int limit) {
    String pointer = outer.pointer();
    // The shortest element is a digit and a comma.
    InputReader reader = new InputReader(outer.object(), pointer, bodyLength / 2 + 1, limit);
    reader.fields();
    return reader.checked(signature);
  }

  private void fields() {
    for (String field; (field = json.nextField()) != null; ) {
      switch (field) {
        case "name" -> name = json.text(NAME_LENGTH);
        case "datatype" -> type = datatype();
        case "shape" -> shape();
        case "data" -> data();
        case "parameters" -> InferParameters.ofTensor(json);
        default -> json.skip();
      }
    }
    if (unread != null) {
      try (JsonObjectReader late = JsonObjectReader.ofField("data", unread, pointer)) {
        late.nextField();
        data = pack(late);
      }
    }
  }

  private DataType datatype() {
    DataType known = DataType.byName(json.text(NAME_LENGTH));
    if (known == null) {
      throw json.unexpected("BOOL, INT64, FP32, BYTES or another type of the protocol");
    }
    return known;
  }

  private void shape() {
    dimensions = 0;
    json.elements(MOST_DIMENSIONS, () -> sizes[dimensions++] = json.whole(0, Long.MAX_VALUE));
  }

  private void data() {
    if (type == null || dimensions < 0) {
      unread = json.raw();
    } else {
      data = pack(json);
    }
  }

  private byte[] pack(JsonObjectReader from) {
    if (type == null || dimensions < 0) {
      throw missing(type == null ? "datatype" : "shape");
    }
    return ElementPacker.pack(from, type, elements(), mostElements, limit);
  }

  private long elements() {
    try {
      return Tensor.elements(Arrays.copyOf(sizes, dimensions));
    } catch (ArithmeticException overflow) {
      throw new ProblemException(
          Problem.invalid(
              pointer + "/shape", "a product beyond 64 bits", "at most " + limit + " bytes"));
    }
  }

  private ProblemException missing(String field) {
    return new ProblemException(
        Problem.invalid(pointer + "/" + field, "nothing", "name, datatype, shape and data"));
  }

  private Tensor checked(Signature signature) {
    String given = name;
    DataType typed = type;
    byte[] packed = data;
    if (given == null || typed == null || packed == null) {
      throw missing(given == null ? "name" : typed == null ? "datatype" : "data");
    }
    Signature.Port port = Signature.find(signature.inputs(), given);
    if (port == null) {
      throw new ProblemException(
          Problem.invalid(
              pointer + "/name",
              "an input that the model does not have",
              Signature.names(signature.inputs())));
    }
    if (typed != port.type()) {
      throw new ProblemException(
          Problem.invalid(pointer + "/datatype", typed.name(), port.type() + " for " + given));
    }
    long[] shape = Arrays.copyOf(sizes, dimensions);
    if (!fits(shape, port.row())) {
      throw new ProblemException(
          Problem.invalid(pointer + "/shape", Arrays.toString(shape), expected(port)));
    }
    return port.image()
        ? decoded(port, shape, packed)
        : new Tensor(port.name(), typed, shape, packed);
  }

  private static boolean fits(long[] shape, long[] row) {
    if (shape.length == 0 || shape[0] < 1) {
      return false;
    }
    if (row.length == 0) {
      return shape.length == 1 || (shape.length == 2 && shape[1] == 1);
    }
    if (shape.length != row.length + 1) {
      return false;
    }
    for (int i = 0; i < row.length; i++) {
      if (row[i] >= 0 && shape[i + 1] != row[i]) {
        return false;
      }
    }
    return true;
  }

  private static String expected(Signature.Port port) {
    StringBuilder shape = new StringBuilder("[N");
    for (long size : port.row()) {
      shape.append(", ").append(size < 0 ? "any" : Long.toString(size));
    }
    return shape.append("] with N at least 1, for ").append(port.name()).toString();
  }

  private Tensor decoded(Signature.Port port, long[] shape, byte[] packed) {
    Tensor texts = new Tensor(port.name(), port.type(), shape, packed);
    try {
      List<byte[]> images =
          texts.blobs().stream().map(text -> Base64.getDecoder().decode(text)).toList();
      return Tensor.ofBlobs(port.name(), shape, images);
    } catch (IllegalArgumentException notBase64) {
      throw new ProblemException(
          Problem.invalid(
              pointer + "/data",
              "no base64 text",
              "an image as base64 text; raw bytes cannot stand in JSON"));
    }
  }

  static ProblemException binary(String pointer) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            pointer
                + ": the binary tensor extension is not supported (expected: tensors as JSON;"
                + " with tritonclient set binary_data=False on each InferInput's"
                + " set_data_from_numpy and on each InferRequestedOutput)",
            pointer,
            0));
  }
}
