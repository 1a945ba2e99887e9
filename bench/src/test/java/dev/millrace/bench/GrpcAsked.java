package dev.millrace.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as the fake node reads it.
 *
 * @param parameters how many there are
 * @param shape of its input
 * @param rawBytes of its input
 */
record GrpcAsked(String model, String id, int parameters, List<Long> shape, int rawBytes) {

  static GrpcAsked read(byte[] message) {
    String model = "";
    String id = "";
    int parameters = 0;
    int rawBytes = 0;
    List<Long> shape = new ArrayList<>();
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      for (int tag; (tag = in.readTag()) != 0; ) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> model = in.readString();
          case 3 -> id = in.readString();
          case 4 -> {
            parameters++;
            in.skipField(tag);
          }
          case 5 -> readInput(in.readByteArray(), shape);
          case 7 -> rawBytes += in.readByteArray().length;
          default -> throw new IllegalStateException("found tag " + tag);
        }
      }
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
    return new GrpcAsked(model, id, parameters, shape, rawBytes);
  }

  private static void readInput(byte[] input, List<Long> shape) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(input);
    for (int tag; (tag = in.readTag()) != 0; ) {
      if (WireFormat.getTagFieldNumber(tag) == 3) {
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
          shape.add(in.readInt64());
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }
}
