package dev.millrace.control.manifest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A declared input or output of an ONNX file.
 *
 * @param type our name of its elements' type; empty when it is no tensor, or of a type we lack
 * @param shape sizes, outermost first; −1 for one that varies
 */
record OnnxValue(String name, String type, List<Long> shape) {

  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_ELEMENTS = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int SHAPE_SIZE = 1;
  private static final int SIZE_NUMBER = 1;
  private static final int MOST_SIZES = 16;
  // By the numbers of TensorProto.DataType; 14 and 15 are complex numbers, which no door takes.
  private static final String[] TYPES = {
    "",
    "float32",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "int32",
    "int64",
    "text",
    "bool",
    "float16",
    "float64",
    "uint32",
    "uint64",
    "",
    "",
    "bfloat16"
  };

  static OnnxValue read(ProtoCursor value) throws IOException {
    String name = "";
    OnnxValue typed = new OnnxValue("", "", List.of());
    while (value.next()) {
      switch (value.field()) {
        case VALUE_NAME -> name = value.text();
        case VALUE_TYPE -> typed = type(value.message());
        default -> {}
      }
    }
    return new OnnxValue(name, typed.type, typed.shape);
  }

  private static OnnxValue type(ProtoCursor type) throws IOException {
    OnnxValue typed = new OnnxValue("", "", List.of());
    while (type.next()) {
      if (type.field() == TYPE_TENSOR) {
        typed = tensor(type.message());
      }
    }
    return typed;
  }

  private static OnnxValue tensor(ProtoCursor tensor) throws IOException {
    String type = "";
    List<Long> shape = List.of();
    while (tensor.next()) {
      if (tensor.field() == TENSOR_ELEMENTS) {
        long number = tensor.number();
        type = number >= 0 && number < TYPES.length ? TYPES[(int) number] : "";
      } else if (tensor.field() == TENSOR_SHAPE) {
        shape = shape(tensor.message());
      }
    }
    return new OnnxValue("", type, shape);
  }

  private static List<Long> shape(ProtoCursor shape) throws IOException {
    List<Long> sizes = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() == SHAPE_SIZE) {
        if (sizes.size() == MOST_SIZES) {
          throw new MalformedModel("a shape of more than " + MOST_SIZES + " sizes");
        }
        sizes.add(size(shape.message()));
      }
    }
    return List.copyOf(sizes);
  }

  private static long size(ProtoCursor size) throws IOException {
    long number = -1;
    while (size.next()) {
      if (size.field() == SIZE_NUMBER) {
        number = size.number();
      }
    }
    return number < 0 ? -1 : number;
  }
}
