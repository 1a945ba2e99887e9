package dev.millrace.domain.codec;

import dev.millrace.domain.task.Input;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;

/** An input: one byte for its sort, then its content. */
public final class InputCodec {

  private static final byte JSON = 0;
  private static final byte TENSORS = 1;

  private InputCodec() {}

  public static void write(ByteSink sink, Input input) {
    switch (input) {
      case Input.Json(var utf8) -> sink.putByte(JSON).putBytes(utf8);
      case Input.Tensors(var tensors) -> {
        sink.putByte(TENSORS);
        TensorCodec.writeAll(sink, tensors);
      }
    }
  }

  public static Input read(ByteSource source) {
    byte sort = source.getByte();
    return switch (sort) {
      case JSON -> new Input.Json(source.getBytes());
      case TENSORS -> new Input.Tensors(TensorCodec.readAll(source));
      default -> throw new MalformedBytes("an input of sort " + sort + " (expected: 0 or 1)");
    };
  }
}
