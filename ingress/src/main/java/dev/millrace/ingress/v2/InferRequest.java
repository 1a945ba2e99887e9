package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.v2.Signature.Content;
import dev.millrace.ingress.v2.Signature.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One inference as it is read, whatever it travels on; each part is held to the model's signature
 * as it comes. Mutable while it is read.
 */
public final class InferRequest {

  public static final int NAME_LENGTH = 256;
  public static final int MOST_TENSORS = 256;
  public static final int MOST_DIMENSIONS = 8;
  private static final String RAW = ".raw";
  private static final String LEFT_OUT = "it left out";

  /**
   * An output that is asked for.
   *
   * @param binary how, on a door that has a choice; null for the request's own
   */
  record Wanted(String name, @Nullable Boolean binary) {}

  public final Catalog.Model model;
  public final TaskRequest task;
  public @Nullable String id;
  boolean binaryOutput;
  final List<Wanted> outputs = new ArrayList<>(0);
  private final TaskClass highest;
  private final List<Tensor> inputs = new ArrayList<>(2);
  private final @Nullable GeneratorInput options;

  /**
   * @param highest class that the caller may ask for
   * @param task takes what the parameters say
   */
  public InferRequest(Catalog.Model model, TaskClass highest, TaskRequest task) {
    this.model = model;
    this.highest = highest;
    this.task = task;
    this.options = model.spec().generates() ? new GeneratorInput(model.spec()) : null;
    task.model = model.spec().name();
    task.stream = false;
  }

  /** What the input of that name is declared as; a bare one as nothing. */
  private @Nullable Port port(String name) {
    return Signature.find(model.signature().inputs(), name);
  }

  private boolean isBare(String name) {
    return name.endsWith(RAW) && model.spec().runtime() == RuntimeKind.ONNX;
  }

  /**
   * Takes an input whose bytes came as they are.
   *
   * @param pointer of the input, for failures
   */
  public void raw(String pointer, String name, DataType type, long[] shape, byte[] data) {
    Port port = checked(pointer, name, type, shape);
    RawBytes.check(pointer, type, shape, data, port != null && port.content() == Content.TEXT);
    add(pointer, new Tensor(name, type, shape, data));
  }

  /** Takes an input whose bytes were packed here, one element after the other. */
  void packed(String pointer, String name, DataType type, long[] shape, byte[] data) {
    Port port = checked(pointer, name, type, shape);
    Tensor tensor = new Tensor(name, type, shape, data);
    add(
        pointer,
        port != null && port.content() == Content.IMAGE ? decoded(pointer, tensor) : tensor);
  }

  private @Nullable Port checked(String pointer, String name, DataType type, long[] shape) {
    Port port = port(name);
    if (port == null) {
      if (isBare(name)) {
        return null;
      }
      throw invalid(
          pointer + "/name",
          "an input that the model does not have",
          Signature.names(model.signature().inputs()));
    }
    if (type != port.type()) {
      throw invalid(pointer + "/datatype", type.name(), port.type() + " for " + name);
    }
    if (!fits(shape, port.row())) {
      throw invalid(pointer + "/shape", Arrays.toString(shape), expected(port));
    }
    return port;
  }

  private static boolean fits(long[] shape, long[] row) {
    if (shape.length == 0 || shape[0] < 1) {
      return false;
    }
    if (row.length == 0) {
      return shape.length == 1 || (shape.length == 2 && shape[1] == 1);
    }
    if (shape.length != row.length + 1) {
      return false;
    }
    for (int i = 0; i < row.length; i++) {
      if (shape[i + 1] < 1 || (row[i] >= 0 && shape[i + 1] != row[i])) {
        return false;
      }
    }
    return true;
  }

  private static String expected(Port port) {
    StringBuilder shape = new StringBuilder("[N");
    for (long size : port.row()) {
      shape.append(", ").append(size < 0 ? "any" : Long.toString(size));
    }
    return shape.append("] with each at least 1, for ").append(port.name()).toString();
  }

  private static Tensor decoded(String pointer, Tensor texts) {
    try {
      List<byte[]> images =
          texts.blobs().stream().map(text -> Base64.getDecoder().decode(text)).toList();
      return Tensor.ofBlobs(texts.name(), texts.shape(), images);
    } catch (IllegalArgumentException notBase64) {
      throw invalid(
          pointer + "/data",
          "no base64 text",
          "an image as base64 text; raw bytes cannot stand in JSON");
    }
  }

  private void add(String pointer, Tensor tensor) {
    for (Tensor other : inputs) {
      if (other.name().equals(tensor.name())) {
        throw invalid(pointer + "/name", "an input named before", "each input once");
      }
      if (other.shape().length > 0
          && tensor.shape().length > 0
          && other.shape()[0] != tensor.shape()[0]
          && !isBare(tensor.name())) {
        throw invalid(
            pointer + "/shape",
            tensor.shape()[0] + " rows",
            other.shape()[0] + " rows, as " + other.name() + " has");
      }
    }
    if (inputs.size() == MOST_TENSORS) {
      throw invalid(pointer, "more than " + MOST_TENSORS, "at most " + MOST_TENSORS + " inputs");
    }
    inputs.add(tensor);
  }

  /** Asks for an output. */
  public void output(String pointer, @Nullable String name, @Nullable Boolean binary) {
    List<Port> ports = model.signature().outputs();
    boolean known =
        name != null
            && (ports.isEmpty() || name.endsWith(RAW) || Signature.find(ports, name) != null);
    boolean again = name != null && outputs.stream().anyMatch(each -> each.name.equals(name));
    if (name == null || !known || again) {
      throw invalid(
          pointer + "/name",
          name == null ? "nothing" : known ? "an output named before" : "an unknown output",
          "one of " + Signature.names(ports));
    }
    outputs.add(new Wanted(name, binary));
  }

  /**
   * {@code priority}: 1 is the highest; each at most as high as the key allows. 0 asks for nothing.
   */
  public void priority(long priority) {
    if (priority != 0) {
      TaskClass asked =
          priority == 1
              ? TaskClass.CRITICAL
              : priority == 2 ? TaskClass.STANDARD : TaskClass.SHEDDABLE;
      task.taskClass = asked.compareTo(highest) < 0 ? highest : asked;
    }
  }

  /** {@code timeout}: to the deadline. 0 asks for nothing. */
  public void timeout(long micros) {
    if (micros != 0) {
      task.deadlineMillis = Math.ceilDiv(micros, 1_000);
    }
  }

  /**
   * A parameter that the protocol does not reserve: one of ours, or an option of a generator.
   *
   * @param text the value, whatever it was written as
   * @param json the same as JSON
   */
  public void parameter(String name, String text, String json) {
    if (name.startsWith("x-millrace-")) {
      CallHeaders.set(name, text, task);
      return;
    }
    if (options != null) {
      options.option(name, json);
    }
  }

  /** Whether a generator takes a parameter of that name. */
  boolean takes(String name) {
    return options != null && options.takes(name);
  }

  /** What there is, as an input of a task, once all was read. */
  public void complete() {
    for (Port port : model.signature().inputs()) {
      if (!port.optional()
          && inputs.stream().noneMatch(each -> each.name().equals(port.name()))
          && inputs.stream().noneMatch(each -> isBare(each.name()))
          && (options == null || !options.has(port.name()))) {
        throw invalid("/inputs", "no " + port.name(), Signature.names(model.signature().inputs()));
      }
    }
    task.input = options != null ? options.with(inputs) : new Input.Tensors(inputs);
  }

  /** A parameter of an extension that is not served. */
  public static ProblemException unsupported(String pointer) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            pointer + ": not supported here (expected: " + LEFT_OUT + ")",
            pointer,
            0));
  }

  static ProblemException invalid(String pointer, String found, String expected) {
    return new ProblemException(Problem.invalid(pointer, found, expected));
  }
}
