package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an {@code infer}: JSON, and behind it the bytes of those inputs that have a
 * {@code binary_data_size}, in the order of the inputs.
 */
final class InferBody {

  private final InferRequest request;
  private final byte[] body;
  private final int limit;
  private int at;

  /**
   * @param limit bytes of a tensor
   */
  InferBody(InferRequest request, byte[] body, int limit) {
    this.request = request;
    this.body = body;
    this.limit = limit;
  }

  /**
   * @param header how many bytes of JSON there are, as the client says; null for all
   */
  void read(@Nullable String header) {
    if (header == null) {
      at = body.length;
      json(body);
    } else {
      at = length(header);
      if (at == 0) {
        bytesOnly();
      } else {
        json(Arrays.copyOf(body, at));
      }
    }
    if (at != body.length) {
      throw InferRequest.invalid(
          "/inputs",
          (body.length - at) + " bytes that belong to no input",
          "as many bytes as the inputs' binary_data_size say");
    }
    request.complete();
  }

  private int length(String header) {
    if (header.matches("[0-9]{1,9}") && Integer.parseInt(header) <= body.length) {
      return Integer.parseInt(header);
    }
    throw InferRequest.invalid(
        "Inference-Header-Content-Length",
        header.matches("[0-9]{1,18}") ? header : "no number",
        "0.." + body.length + ", the bytes of JSON at the beginning of the body");
  }

  private void json(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        switch (name) {
          case "id" -> request.id = json.text(InferRequest.NAME_LENGTH);
          case "parameters" -> InferParameters.ofRequest(json, request);
          case "inputs" ->
              json.elements(
                  InferRequest.MOST_TENSORS,
                  () -> new InputReader(json, this, utf8.length, limit).into(request));
          case "outputs" -> json.elements(InferRequest.MOST_TENSORS, () -> output(json));
          default -> json.skip();
        }
      }
    }
  }

  /** The next so many bytes behind the JSON. */
  byte[] next(String pointer, long size) {
    if (size > limit) {
      throw new ProblemException(
          new Problem(
              ErrorCode.TOO_LARGE,
              pointer + ": a tensor of " + size + " bytes (expected: at most " + limit + ")",
              pointer,
              0));
    }
    if (size > body.length - at) {
      throw InferRequest.invalid(
          pointer,
          size + " bytes",
          "at most the " + (body.length - at) + " that are left behind the JSON");
    }
    int from = at;
    at += (int) size;
    return Arrays.copyOfRange(body, from, at);
  }

  private void output(JsonObjectReader outer) {
    String pointer = outer.pointer();
    JsonObjectReader json = outer.object();
    String wanted = null;
    TensorParameters parameters = TensorParameters.NONE;
    for (String name; (name = json.nextField()) != null; ) {
      switch (name) {
        case "name" -> wanted = json.text(InferRequest.NAME_LENGTH);
        case "parameters" -> parameters = TensorParameters.read(json);
        default -> json.skip();
      }
    }
    request.output(pointer, wanted, parameters.binary());
  }

  /** The whole body is the one input of a model that has one: one element, or whole rows. */
  private void bytesOnly() {
    Signature.Port only = null;
    for (Signature.Port port : request.model.signature().inputs()) {
      if (!port.optional()) {
        if (only != null) {
          only = null;
          break;
        }
        only = port;
      }
    }
    if (only == null) {
      throw InferRequest.invalid(
          "Inference-Header-Content-Length",
          "0, for bytes alone",
          "JSON that names the inputs: the model does not have exactly one");
    }
    request.binaryOutput = true;
    byte[] all = next("/inputs/0", body.length);
    if (only.type() == DataType.BYTES) {
      long[] shape = {1};
      request.raw("/inputs/0", only.name(), only.type(), shape, withLength(all));
    } else {
      request.raw("/inputs/0", only.name(), only.type(), rows(only, all.length), all);
    }
  }

  private static byte[] withLength(byte[] element) {
    byte[] data = new byte[element.length + Integer.BYTES];
    for (int i = 0; i < Integer.BYTES; i++) {
      data[i] = (byte) (element.length >>> (8 * i));
    }
    System.arraycopy(element, 0, data, Integer.BYTES, element.length);
    return data;
  }

  private static long[] rows(Signature.Port port, int bytes) {
    long row = port.type().width();
    for (long size : port.row()) {
      row = size < 0 ? 0 : row * size;
    }
    if (row == 0 || bytes == 0 || bytes % row != 0) {
      throw InferRequest.invalid(
          "/inputs/0",
          bytes + " bytes alone",
          row == 0
              ? "JSON with the shape, which the model leaves open"
              : "whole rows of " + row + " bytes");
    }
    long[] shape = new long[port.row().length + 1];
    shape[0] = bytes / row;
    System.arraycopy(port.row(), 0, shape, 1, port.row().length);
    return shape;
  }
}
