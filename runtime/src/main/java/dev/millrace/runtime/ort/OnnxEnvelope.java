package dev.millrace.runtime.ort;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a model file before the native parser does: every length must lie inside the file, there
 * must be a graph, and no tensor may name a file of its own (external data), which a manifest's
 * digest would not cover. Reads only the protocol buffer framing (onnx.proto) that it needs.
 */
final class OnnxEnvelope {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int DEEPEST = 64;

  // Field numbers of onnx.proto.
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_FUNCTIONS = 25;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int FUNCTION_NODE = 7;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int TENSOR_EXTERNAL = 13;
  private static final int TENSOR_LOCATION = 14;

  private enum Message {
    MODEL,
    GRAPH,
    FUNCTION,
    NODE,
    ATTRIBUTE,
    TENSOR
  }

  private final ByteBuffer bytes;
  private final String name;
  private boolean graphSeen;

  private OnnxEnvelope(byte[] file, String name) {
    this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  /**
   * @param name of the file, for the message
   * @throws ProblemException when the file is not such a model
   */
  static void check(byte[] file, String name) {
    OnnxEnvelope envelope = new OnnxEnvelope(file, name);
    envelope.message(Message.MODEL, file.length, 0);
    if (!envelope.graphSeen) {
      throw envelope.refused("no graph");
    }
  }

  private void message(Message kind, int end, int depth) {
    if (depth > DEEPEST) {
      throw refused("nested deeper than " + DEEPEST);
    }
    while (bytes.position() < end) {
      long tag = varint(end);
      int field = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case VARINT -> number(kind, field, varint(end));
        case FIXED64 -> skip(8, end);
        case FIXED32 -> skip(4, end);
        case BYTES -> nested(kind, field, end, depth);
        default -> throw refused("an unknown wire type at byte " + bytes.position());
      }
    }
  }

  private void number(Message kind, int field, long value) {
    if (kind == Message.TENSOR && field == TENSOR_LOCATION && value != 0) {
      throw refused("data in another file");
    }
  }

  private void nested(Message kind, int field, int end, int depth) {
    long length = varint(end);
    if (length < 0 || length > end - bytes.position()) {
      throw refused(
          "a length of " + length + " at byte " + bytes.position() + ", past the end of its part");
    }
    int nestedEnd = bytes.position() + (int) length;
    if (kind == Message.TENSOR && field == TENSOR_EXTERNAL) {
      throw refused("data in another file");
    }
    Message inner = inner(kind, field);
    if (inner != null) {
      graphSeen |= inner == Message.GRAPH;
      message(inner, nestedEnd, depth + 1);
    }
    bytes.position(nestedEnd);
  }

  private static @Nullable Message inner(Message kind, int field) {
    return switch (kind) {
      case MODEL ->
          field == MODEL_GRAPH ? Message.GRAPH : field == MODEL_FUNCTIONS ? Message.FUNCTION : null;
      case GRAPH ->
          field == GRAPH_NODE ? Message.NODE : field == GRAPH_INITIALIZER ? Message.TENSOR : null;
      case FUNCTION -> field == FUNCTION_NODE ? Message.NODE : null;
      case NODE -> field == NODE_ATTRIBUTE ? Message.ATTRIBUTE : null;
      case ATTRIBUTE ->
          switch (field) {
            case ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS -> Message.TENSOR;
            case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> Message.GRAPH;
            default -> null;
          };
      case TENSOR -> null;
    };
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes.position() >= end) {
        throw refused("cut short at byte " + bytes.position());
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw refused("a number too long at byte " + bytes.position());
  }

  private void skip(int count, int end) {
    if (count > end - bytes.position()) {
      throw refused("cut short at byte " + bytes.position());
    }
    bytes.position(bytes.position() + count);
  }

  private ProblemException refused(String found) {
    return new ProblemException(
        Problem.of(
            ErrorCode.RUNTIME_FAILED,
            name + ": " + found + " (expected: an ONNX model, whole in one file)"));
  }
}
