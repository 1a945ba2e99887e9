package dev.millrace.ingress.grpc;

import com.google.protobuf.ByteString;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.ingress.grpc.wire.InferTensorContents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs elements that came one by one, each in a field of its own kind. */
final class TypedContents {

  private TypedContents() {}

  static byte[] pack(String pointer, DataType type, InferTensorContents from) {
    int count = count(type, from);
    ByteBuffer into =
        ByteBuffer.allocate(size(pointer, type, count, from)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case BOOL -> into.put((byte) (from.getBoolContents(i) ? 1 : 0));
        case INT8 -> into.put((byte) signed(pointer, type, from.getIntContents(i)));
        case INT16 -> into.putShort((short) signed(pointer, type, from.getIntContents(i)));
        case INT32 -> into.putInt(from.getIntContents(i));
        case INT64 -> into.putLong(from.getInt64Contents(i));
        case UINT8 -> into.put((byte) unsigned(pointer, type, from.getUintContents(i)));
        case UINT16 -> into.putShort((short) unsigned(pointer, type, from.getUintContents(i)));
        case UINT32 -> into.putInt(from.getUintContents(i));
        case UINT64 -> into.putLong(from.getUint64Contents(i));
        case FP32 -> into.putFloat(from.getFp32Contents(i));
        case FP64 -> into.putDouble(from.getFp64Contents(i));
        case BYTES -> {
          ByteString element = from.getBytesContents(i);
          into.putInt(element.size()).put(element.asReadOnlyByteBuffer());
        }
        case FP16, BF16 -> throw new IllegalStateException("refused before");
      }
    }
    return into.array();
  }

  private static int count(DataType type, InferTensorContents from) {
    return switch (type) {
      case BOOL -> from.getBoolContentsCount();
      case INT8, INT16, INT32 -> from.getIntContentsCount();
      case INT64 -> from.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> from.getUintContentsCount();
      case UINT64 -> from.getUint64ContentsCount();
      case FP32 -> from.getFp32ContentsCount();
      case FP64 -> from.getFp64ContentsCount();
      case BYTES -> from.getBytesContentsCount();
      case FP16, BF16 -> 0;
    };
  }

  private static int size(String pointer, DataType type, int count, InferTensorContents from) {
    if (type == DataType.FP16 || type == DataType.BF16) {
      throw new ProblemException(
          new Problem(
              ErrorCode.UNSUPPORTED,
              pointer + ": " + type + " has no field (expected: raw_input_contents)",
              pointer,
              0));
    }
    if (type != DataType.BYTES) {
      return Math.multiplyExact(count, type.width());
    }
    int size = 0;
    for (ByteString element : from.getBytesContentsList()) {
      size = Math.addExact(size, Math.addExact(Integer.BYTES, element.size()));
    }
    return size;
  }

  private static int signed(String pointer, DataType type, int value) {
    int most = (1 << (8 * type.width() - 1)) - 1;
    if (value > most || value < -most - 1) {
      throw InferMessages.invalid(pointer, Integer.toString(value), "whole numbers of " + type);
    }
    return value;
  }

  private static int unsigned(String pointer, DataType type, int value) {
    if (Integer.toUnsignedLong(value) >= 1L << (8 * type.width())) {
      throw InferMessages.invalid(
          pointer, Integer.toUnsignedString(value), "whole numbers of " + type);
    }
    return value;
  }
}
