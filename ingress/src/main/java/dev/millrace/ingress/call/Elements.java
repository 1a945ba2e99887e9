package dev.millrace.ingress.call;

import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.kernel.bytes.ByteSource;
import java.nio.charset.StandardCharsets;

/** A tensor's elements, one after the other, as JSON values. */
@FunctionalInterface
public interface Elements {

  /** Writes the next element. */
  void next(JsonText json);

  static Elements of(Tensor tensor) {
    ByteSource source = new ByteSource(tensor.data());
    return switch (tensor.type()) {
      case BOOL -> json -> json.value(source.getByte() != 0);
      case UINT8 -> json -> json.value(source.getByte() & 0xFF);
      case INT8 -> json -> json.value(source.getByte());
      case UINT16 -> json -> json.value(source.getShort() & 0xFFFF);
      case INT16 -> json -> json.value(source.getShort());
      case UINT32 -> json -> json.value(source.getInt() & 0xFFFF_FFFFL);
      case INT32 -> json -> json.value(source.getInt());
      case UINT64 -> json -> json.raw(Long.toUnsignedString(source.getLong()));
      case INT64 -> json -> json.value(source.getLong());
      case FP16 -> json -> json.value(Float.float16ToFloat(source.getShort()));
      case BF16 -> json -> json.value(Float.intBitsToFloat(source.getShort() << 16));
      case FP32 -> json -> json.value(source.getFloat());
      case FP64 -> json -> json.value(source.getDouble());
      case BYTES -> json -> json.value(new String(source.getBytes(), StandardCharsets.UTF_8));
    };
  }
}
