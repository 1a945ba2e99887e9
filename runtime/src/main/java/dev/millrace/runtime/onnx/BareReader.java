package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.ort.OrtModel.Port;
import java.util.Arrays;
import tools.jackson.core.JsonParser;

/** An input of a model whose manifest declares none: tensors as they are; no JSON form. */
record BareReader(String field, Port port) implements FieldReader {

  @Override
  public Column read(JsonParser parser) {
    throw new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            field
                + ": "
                + port.type()
                + " "
                + Arrays.toString(port.shape())
                + " has no JSON form (expected: a tensor, through the V2 door)",
            field,
            0));
  }

  @Override
  public Column read(Tensor tensor) {
    return column(tensor);
  }

  static Column column(Tensor tensor) {
    return switch (tensor.type()) {
      case FP32 -> new Column.Floats(tensor.floats(), atLeastOneSize(tensor));
      case INT64 -> new Column.Longs(tensor.longs(), atLeastOneSize(tensor));
      case BYTES -> new Column.Texts(tensor.texts().toArray(String[]::new), atLeastOneSize(tensor));
      default -> new Column.Packed(tensor);
    };
  }

  private static long[] atLeastOneSize(Tensor tensor) {
    return tensor.shape().length == 0 ? new long[] {1} : tensor.shape();
  }
}
