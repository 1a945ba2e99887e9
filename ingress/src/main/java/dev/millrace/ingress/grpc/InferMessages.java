package dev.millrace.ingress.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.grpc.wire.InferParameter;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.ingress.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import dev.millrace.ingress.grpc.wire.ModelInferResponse;
import dev.millrace.ingress.grpc.wire.ModelInferResponse.InferOutputTensor;
import dev.millrace.ingress.v2.InferRequest;
import java.util.List;
import java.util.Map;

/** Inference messages to requests, and outputs to messages. */
final class InferMessages {

  private InferMessages() {}

  /** Reads all of the message into the request. */
  static void read(ModelInferRequest message, InferRequest into) {
    if (!message.getId().isEmpty()) {
      into.id = limited("/id", message.getId());
    }
    message
        .getParametersMap()
        .forEach((name, value) -> InferParameters.read("/parameters/" + name, name, value, into));
    boolean raw = message.getRawInputContentsCount() > 0;
    if (raw && message.getRawInputContentsCount() != message.getInputsCount()) {
      throw invalid(
          "/raw_input_contents",
          message.getRawInputContentsCount() + " contents",
          message.getInputsCount() + ", one for each input");
    }
    for (int i = 0; i < message.getInputsCount(); i++) {
      input(message, i, raw, into);
    }
    for (int i = 0; i < message.getOutputsCount(); i++) {
      InferRequestedOutputTensor output = message.getOutputs(i);
      String pointer = "/outputs/" + i;
      notServed(pointer, output.getParametersMap());
      into.output(pointer, output.getName(), null);
    }
    into.complete();
  }

  private static void input(ModelInferRequest message, int i, boolean raw, InferRequest into) {
    InferInputTensor input = message.getInputs(i);
    String pointer = "/inputs/" + i;
    notServed(pointer, input.getParametersMap());
    DataType type = DataType.byName(input.getDatatype());
    if (type == null) {
      throw invalid(
          pointer + "/datatype",
          "an unknown type",
          "BOOL, INT64, FP32, BYTES or another type of the protocol");
    }
    if (raw && input.hasContents()) {
      throw invalid(
          pointer + "/contents", "contents beside raw_input_contents", "one kind of contents");
    }
    byte[] data =
        raw
            ? message.getRawInputContents(i).toByteArray()
            : TypedContents.pack(pointer + "/contents", type, input.getContents());
    into.raw(
        pointer, limited(pointer + "/name", input.getName()), type, shape(input, pointer), data);
  }

  private static long[] shape(InferInputTensor input, String pointer) {
    int dimensions = input.getShapeCount();
    if (dimensions > InferRequest.MOST_DIMENSIONS) {
      throw invalid(
          pointer + "/shape",
          dimensions + " sizes",
          "at most " + InferRequest.MOST_DIMENSIONS + " sizes");
    }
    long[] shape = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      shape[i] = input.getShape(i);
    }
    return shape;
  }

  private static void notServed(String pointer, Map<String, InferParameter> parameters) {
    for (String name : parameters.keySet()) {
      if (name.startsWith("shared_memory_") || name.equals("classification")) {
        throw InferRequest.unsupported(pointer + "/parameters/" + name);
      }
    }
  }

  private static String limited(String pointer, String text) {
    if (text.length() > InferRequest.NAME_LENGTH) {
      throw invalid(
          pointer,
          text.length() + " characters",
          "at most " + InferRequest.NAME_LENGTH + " characters");
    }
    return text;
  }

  /** An answer without outputs yet. */
  static ModelInferResponse.Builder answer(InferRequest request) {
    ModelInferResponse.Builder answer = ModelInferResponse.newBuilder();
    answer.setModelName(request.model.spec().name());
    answer.setModelVersion(request.model.spec().version());
    if (request.id != null) {
      answer.setId(request.id);
    }
    return answer;
  }

  static void add(List<Tensor> outputs, ModelInferResponse.Builder to) {
    for (Tensor output : outputs) {
      InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder();
      tensor.setName(output.name()).setDatatype(output.type().name());
      for (long size : output.shape()) {
        tensor.addShape(size);
      }
      to.addOutputs(tensor);
      // A tensor's bytes are never changed after hand-over.
      to.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.data()));
    }
  }

  static InferParameter truth(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }

  static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  static ProblemException invalid(String pointer, String found, String expected) {
    return new ProblemException(Problem.invalid(pointer, found, expected));
  }
}
