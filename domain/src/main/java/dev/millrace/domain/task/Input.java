package dev.millrace.domain.task;

import dev.millrace.domain.tensor.Tensor;
import java.util.List;

/** What a task asks of its model: JSON as the manifest declares it, or tensors by name. */
public sealed interface Input {

  /**
   * The {@code input} object of our doors.
   *
   * @param utf8 one JSON object, already known to be well-formed
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Json(byte[] utf8) implements Input {}

  /** Tensors, each with its declared type and a shape that fits its bytes. */
  record Tensors(List<Tensor> tensors) implements Input {}

  /** Bytes of payload, near enough for limits. */
  default long size() {
    return switch (this) {
      case Json(var utf8) -> utf8.length;
      case Tensors(var tensors) -> tensors.stream().mapToLong(t -> t.data().length).sum();
    };
  }
}
