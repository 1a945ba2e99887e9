package dev.millrace.runtime.onnx;

import dev.millrace.domain.model.ModelSpec.Field;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.runtime.json.StrictJson;
import dev.millrace.runtime.ort.OrtModel.Port;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * From what a task asks to a frame. JSON gives the declared inputs by name; tensors give either
 * those, or the bare inputs of the model as {@code <name>.raw}. Immutable; any thread.
 */
final class InputReader {

  private static final int MOST_ROWS = 4_096;
  private static final String RAW = ".raw";

  private final Map<String, FieldReader> readers = new LinkedHashMap<>();
  private final Map<String, Port> bare = new LinkedHashMap<>();

  /**
   * @param declared the manifest's inputs; empty means the model's own
   * @param ports the inputs of the model that the first run step calls
   */
  InputReader(List<Field> declared, List<Port> ports) {
    for (Port port : ports) {
      bare.put(port.name(), port);
    }
    for (Field field : declared) {
      readers.put(field.name(), reader(field));
    }
    if (declared.isEmpty()) {
      ports.forEach(port -> readers.put(port.name(), reader(port)));
    }
  }

  private static FieldReader reader(Field field) {
    Options options = new Options("input " + field.name(), field.options());
    String place = "/input/" + field.name();
    int maxRows = options.number("max_rows", MOST_ROWS, 1, 65_536);
    long[] shape = field.shape().stream().mapToLong(Long::longValue).toArray();
    for (long size : shape) {
      if (size < 1 || size > (1 << 24)) {
        throw options.refused("shape", field.shape(), "sizes of one row, 1..16777216 each");
      }
    }
    return switch (field.type()) {
      case "image" -> new FieldReader.OfImages(place, maxRows);
      case "text", "string" -> new FieldReader.OfTexts(place, maxRows);
      case "float32" ->
          new NumberReader(place, DataType.FP32, shape, options.texts("names"), maxRows);
      case "int64" ->
          new NumberReader(place, DataType.INT64, shape, options.texts("names"), maxRows);
      default ->
          throw options.refused("type", field.type(), "image, text, string, float32 or int64");
    };
  }

  private static FieldReader reader(Port port) {
    String place = "/input/" + port.name();
    boolean rows = port.hasFreeRows() && port.rowWidth() >= 0;
    long[] shape = new long[Math.max(0, port.shape().length - 1)];
    System.arraycopy(port.shape(), port.shape().length - shape.length, shape, 0, shape.length);
    if (rows && port.type() == DataType.BYTES) {
      return new FieldReader.OfTexts(place, MOST_ROWS);
    }
    if (rows && (port.type() == DataType.FP32 || port.type() == DataType.INT64)) {
      return new NumberReader(place, port.type(), shape, List.of(), MOST_ROWS);
    }
    return new BareReader(place, port);
  }

  /** Fills the frame, or says what is wrong with the input. */
  void read(Input input, Frame frame) {
    switch (input) {
      case Input.Json(var utf8) -> readJson(utf8, frame);
      case Input.Tensors(var tensors) -> readTensors(tensors, frame);
    }
  }

  private void readJson(byte[] utf8, Frame frame) {
    try (JsonParser parser = StrictJson.open(utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw FieldReader.invalid("/input", "no object", "an object with " + readers.keySet());
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        FieldReader reader = readers.get(parser.currentName());
        String name = parser.currentName();
        parser.nextToken();
        if (reader == null) {
          parser.skipChildren();
        } else {
          frame.put(name, reader.read(parser));
        }
      }
    } catch (JacksonException malformed) {
      throw StrictJson.malformed("/input", malformed);
    }
    complete(frame);
  }

  private void readTensors(List<Tensor> tensors, Frame frame) {
    for (Tensor tensor : tensors) {
      String name = tensor.name();
      FieldReader reader = readers.get(name);
      if (reader != null) {
        frame.put(name, reader.read(tensor));
      } else if (name.endsWith(RAW) && bare.containsKey(bareName(name))) {
        frame.put(bareName(name), BareReader.column(tensor));
        frame.markRaw();
      } else {
        throw FieldReader.invalid("/input/" + name, "an input the model does not take", takes());
      }
    }
    if (!frame.isRaw()) {
      complete(frame);
    }
  }

  private static String bareName(String name) {
    return name.substring(0, name.length() - RAW.length());
  }

  private String takes() {
    return readers.keySet() + ", or bare: " + bare.keySet().stream().map(n -> n + RAW).toList();
  }

  private void complete(Frame frame) {
    for (String name : readers.keySet()) {
      if (frame.find(name) == null) {
        throw FieldReader.invalid("/input/" + name, "absent", "a value");
      }
    }
    frame.select(readers.keySet().iterator().next());
  }
}
