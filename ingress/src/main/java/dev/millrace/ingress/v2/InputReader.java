package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads one element of {@code inputs}, its fields in any order. */
final class InputReader {

  private final JsonObjectReader json;
  private final String pointer;
  private final InferBody body;
  private final long mostElements;
  private final int limit;
  private final long[] sizes = new long[InferRequest.MOST_DIMENSIONS];
  private int dimensions = -1;
  private @Nullable String name;
  private @Nullable DataType type;
  private byte @Nullable [] data;
  private byte @Nullable [] unread;
  private long size = -1;

  /**
   * @param outer whose value at hand is the input
   * @param body has the bytes that stand behind the JSON
   * @param jsonLength of the whole document, bytes
   * @param limit bytes of a tensor
   */
  InputReader(JsonObjectReader outer, InferBody body, int jsonLength, int limit) {
    this.pointer = outer.pointer();
    this.json = outer.object();
    this.body = body;
    // The shortest element is a digit and a comma.
    this.mostElements = jsonLength / 2 + 1L;
    this.limit = limit;
  }

  void into(InferRequest request) {
    fields();
    String given = name;
    DataType typed = type;
    if (given == null || typed == null || dimensions < 0) {
      throw missing(given == null ? "name" : typed == null ? "datatype" : "shape");
    }
    long[] shape = Arrays.copyOf(sizes, dimensions);
    byte[] packed = data;
    if (size >= 0) {
      if (packed != null) {
        throw InferRequest.invalid(
            pointer + "/data", "both data and binary_data_size", "one of them");
      }
      request.raw(pointer, given, typed, shape, body.next(pointer, size));
    } else if (packed == null) {
      throw missing("data");
    } else {
      request.packed(pointer, given, typed, shape, packed);
    }
  }

  private void fields() {
    for (String field; (field = json.nextField()) != null; ) {
      switch (field) {
        case "name" -> name = json.text(InferRequest.NAME_LENGTH);
        case "datatype" -> type = datatype();
        case "shape" -> shape();
        case "data" -> data();
        case "parameters" -> size = TensorParameters.read(json).size();
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
    DataType known = DataType.byName(json.text(InferRequest.NAME_LENGTH));
    if (known == null) {
      throw json.unexpected("BOOL, INT64, FP32, BYTES or another type of the protocol");
    }
    return known;
  }

  private void shape() {
    dimensions = 0;
    json.elements(
        InferRequest.MOST_DIMENSIONS, () -> sizes[dimensions++] = json.whole(0, Long.MAX_VALUE));
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
    long count = RawBytes.elements(pointer + "/shape", Arrays.copyOf(sizes, dimensions));
    return ElementPacker.pack(from, type, count, mostElements, limit);
  }

  private ProblemException missing(String field) {
    return InferRequest.invalid(pointer + "/" + field, "nothing", "name, datatype, shape and data");
  }
}
