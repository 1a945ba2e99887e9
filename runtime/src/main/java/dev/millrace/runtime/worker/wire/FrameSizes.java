package dev.millrace.runtime.worker.wire;

import dev.millrace.domain.codec.SpecCodec;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.bytes.ByteSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upper bounds of encodings, found without encoding (but for deployments, which are rare). */
final class FrameSizes {

  /** More than the fixed fields of any frame, attempt or problem. */
  static final int SMALL = 64;

  private static final int UTF8_PER_CHAR = 3;

  private FrameSizes() {}

  static long of(@Nullable String text) {
    return text == null ? 4 : 4 + (long) UTF8_PER_CHAR * text.length();
  }

  static long of(Problem problem) {
    return SMALL + of(problem.message()) + of(problem.field());
  }

  static long of(Result result) {
    long size = 2 * SMALL + of(result.finishReason());
    for (String label : result.labels()) {
      size += of(label);
    }
    return size + ofTensors(result.outputs());
  }

  static long of(List<Attempt> attempts) {
    long size = SMALL;
    for (Attempt attempt : attempts) {
      size += of(attempt);
    }
    return size;
  }

  static long of(Attempt attempt) {
    return SMALL
        + 4L * attempt.recordedIds().length
        + of(attempt.task().model())
        + of(attempt.task().input());
  }

  static long of(Deployment deployment) {
    ByteSink sink = new ByteSink(4_096);
    SpecCodec.write(sink, deployment);
    return (long) SMALL + sink.length();
  }

  private static long of(Input input) {
    return switch (input) {
      case Input.Json(var utf8) -> SMALL + utf8.length;
      case Input.Tensors(var tensors) -> SMALL + ofTensors(tensors);
    };
  }

  private static long ofTensors(List<Tensor> tensors) {
    long size = 0;
    for (Tensor tensor : tensors) {
      size += SMALL + of(tensor.name()) + 8L * tensor.shape().length + tensor.data().length;
    }
    return size;
  }
}
