package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.json.JsonObjectReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of an {@code infer}. Mutable while it is read. */
final class InferBody {

  private static final int ID_LENGTH = 256;
  private static final int MOST_TENSORS = 256;

  private final Signature signature;
  private final TaskClass highest;
  private final TaskRequest request;
  private final int limit;
  @Nullable String id;
  final List<Tensor> inputs = new ArrayList<>(2);

  /** The outputs asked for, in their order; empty for all. */
  final List<String> outputs = new ArrayList<>(0);

  /**
   * @param highest class that the caller may ask for
   * @param request takes what the parameters say
   * @param limit bytes of a tensor
   */
  InferBody(Signature signature, TaskClass highest, TaskRequest request, int limit) {
    this.signature = signature;
    this.highest = highest;
    this.request = request;
    this.limit = limit;
  }

  void read(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        switch (name) {
          case "id" -> id = json.text(ID_LENGTH);
          case "parameters" -> InferParameters.ofRequest(json, highest, request);
          case "inputs" ->
              json.elements(
                  MOST_TENSORS,
                  () -> add(InputReader.read(json, signature, utf8.length, limit), json));
          case "outputs" -> json.elements(MOST_TENSORS, () -> output(json));
          default -> json.skip();
        }
      }
    }
    complete();
  }

  private void add(Tensor tensor, JsonObjectReader json) {
    for (Tensor other : inputs) {
      if (other.name().equals(tensor.name())) {
        throw new ProblemException(
            Problem.invalid(json.pointer() + "/name", "an input named before", "each input once"));
      }
      if (other.shape()[0] != tensor.shape()[0]) {
        throw new ProblemException(
            Problem.invalid(
                json.pointer() + "/shape",
                tensor.shape()[0] + " rows",
                other.shape()[0] + " rows, as " + other.name() + " has"));
      }
    }
    inputs.add(tensor);
  }

  private void output(JsonObjectReader outer) {
    String pointer = outer.pointer();
    JsonObjectReader json = outer.object();
    String wanted = null;
    for (String name; (name = json.nextField()) != null; ) {
      switch (name) {
        case "name" -> wanted = json.text(ID_LENGTH);
        case "parameters" -> InferParameters.ofTensor(json);
        default -> json.skip();
      }
    }
    boolean known =
        wanted != null
            && (signature.outputs().isEmpty()
                || Signature.find(signature.outputs(), wanted) != null);
    if (wanted == null || !known || outputs.contains(wanted)) {
      throw new ProblemException(
          Problem.invalid(
              pointer + "/name",
              wanted == null ? "nothing" : known ? "an output named before" : "an unknown output",
              "one of " + Signature.names(signature.outputs())));
    }
    outputs.add(wanted);
  }

  private void complete() {
    for (Signature.Port port : signature.inputs()) {
      if (!port.optional() && inputs.stream().noneMatch(each -> each.name().equals(port.name()))) {
        throw new ProblemException(
            Problem.invalid("/inputs", "no " + port.name(), Signature.names(signature.inputs())));
      }
    }
  }
}
