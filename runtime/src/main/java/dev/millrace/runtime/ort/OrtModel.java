package dev.millrace.runtime.ort;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session with its signature. Any thread may run it; runs go on side by side. */
public final class OrtModel implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OrtModel.class);

  private final String name;
  private final OrtSession session;
  private final List<Port> inputs;
  private final List<Port> outputs;

  /**
   * An input or output.
   *
   * @param shape −1 where the size is free
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Port(String name, DataType type, long[] shape) {

    /** Whether the outermost size is free, so that rows of several attempts can run together. */
    public boolean hasFreeRows() {
      return shape.length > 0 && shape[0] < 0;
    }

    /** Values a row, or −1 when that differs from run to run. */
    public long rowWidth() {
      long width = 1;
      for (int i = 1; i < shape.length; i++) {
        if (shape[i] < 0) {
          return -1;
        }
        width *= shape[i];
      }
      return width;
    }
  }

  private OrtModel(String name, OrtSession session, List<Port> inputs, List<Port> outputs) {
    this.name = name;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** The process's one environment. */
  public static OrtEnvironment environment() {
    return Environment.ONLY;
  }

  /**
   * Made when first needed, so that nodes without ONNX models never load the native library. Its
   * own log is off below fatal: it prints values of inputs, and every failure comes as an exception
   * too.
   */
  private static final class Environment {
    static final OrtEnvironment ONLY =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "millrace");
  }

  /**
   * @param file verified bytes of an ONNX model
   * @param name of the file, for messages
   * @param threads of one run, at least 1
   * @throws ProblemException when the model cannot be loaded
   */
  public static OrtModel load(byte[] file, String name, int threads) {
    OnnxEnvelope.check(file, name);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // A spinning pool burns the cores that the rest of the node needs.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      OrtSession session = environment().createSession(file, options);
      try {
        return new OrtModel(
            name, session, ports(session.getInputInfo()), ports(session.getOutputInfo()));
      } catch (OrtException | RuntimeException failed) {
        session.close();
        throw failed;
      }
    } catch (OrtException failed) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.RUNTIME_FAILED,
              name + ": ONNX Runtime does not load it: " + failed.getMessage()));
    }
  }

  private static List<Port> ports(Map<String, NodeInfo> declared) {
    List<Port> ports = new ArrayList<>();
    declared.forEach(
        (name, node) -> {
          if (!(node.getInfo() instanceof TensorInfo tensor)) {
            throw unsupported(name, node.getInfo().getClass().getSimpleName());
          }
          ports.add(new Port(name, type(name, tensor), tensor.getShape()));
        });
    return List.copyOf(ports);
  }

  private static DataType type(String name, TensorInfo tensor) {
    return switch (tensor.onnxType) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FP32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.FP64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FP16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BF16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.BYTES;
      default -> throw unsupported(name, tensor.onnxType.name());
    };
  }

  private static ProblemException unsupported(String port, String found) {
    return new ProblemException(
        Problem.of(
            ErrorCode.UNSUPPORTED,
            port + ": " + found + " (expected: a tensor of numbers or texts)"));
  }

  public String name() {
    return name;
  }

  public List<Port> inputs() {
    return inputs;
  }

  public List<Port> outputs() {
    return outputs;
  }

  /**
   * Runs once, on the caller's thread.
   *
   * @param fed by input name
   * @param wanted outputs that ONNX Runtime allocates; the result owns them
   * @param pinned outputs written into the caller's own tensors, by name
   */
  public OrtSession.Result run(
      Map<String, ? extends OnnxTensorLike> fed,
      Set<String> wanted,
      Map<String, ? extends OnnxValue> pinned)
      throws OrtException {
    return session.run(fed, wanted, pinned);
  }

  /** A tensor of the result that must be there. */
  public static OnnxTensor tensor(OrtSession.Result result, String output) {
    return (OnnxTensor)
        result
            .get(output)
            .orElseThrow(() -> new IllegalStateException("no output " + output + " in the result"));
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException failed) {
      LOG.warn("{}: the session did not close", name, failed);
    }
  }
}
