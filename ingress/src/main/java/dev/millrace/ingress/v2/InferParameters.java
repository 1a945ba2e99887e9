package dev.millrace.ingress.v2;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.ingress.call.CallHeaders;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The {@code parameters} of a request, of an input and of an output. */
final class InferParameters {

  private static final int VALUE_LENGTH = 256;
  private static final long UINT32_MOST = 0xFFFF_FFFFL;

  private InferParameters() {}

  /** Of the whole request: ours by the names of the headers, and the protocol's reserved ones. */
  static void ofRequest(JsonObjectReader outer, TaskClass highest, TaskRequest into) {
    JsonObjectReader json = outer.object();
    for (String name; (name = json.nextField()) != null; ) {
      switch (name) {
        case "priority" ->
            into.taskClass = priority(json.whole(0, UINT32_MOST), highest, into.taskClass);
        case "timeout" -> {
          long micros = json.whole(0, Long.MAX_VALUE);
          into.deadlineMillis = micros == 0 ? into.deadlineMillis : Math.ceilDiv(micros, 1_000);
        }
        case "sequence_id", "sequence_start", "sequence_end" -> noSequence(json);
        case "binary_data_output" -> noBinary(json);
        default -> {
          if (!name.startsWith("x-millrace-") || !CallHeaders.set(name, text(json), into)) {
            json.skip();
          }
        }
      }
    }
  }

  /** Of one input or one requested output. */
  static void ofTensor(JsonObjectReader outer) {
    JsonObjectReader json = outer.object();
    for (String name; (name = json.nextField()) != null; ) {
      switch (name) {
        case "binary_data_size" -> throw InputReader.binary(json.pointer());
        case "binary_data" -> noBinary(json);
        case "classification", "shared_memory_region" -> throw unsupported(json);
        default -> json.skip();
      }
    }
  }

  private static @Nullable TaskClass priority(
      long priority, TaskClass highest, @Nullable TaskClass otherwise) {
    if (priority == 0) {
      return otherwise;
    }
    TaskClass asked =
        priority == 1
            ? TaskClass.CRITICAL
            : priority == 2 ? TaskClass.STANDARD : TaskClass.SHEDDABLE;
    return asked.compareTo(highest) < 0 ? highest : asked;
  }

  private static void noBinary(JsonObjectReader json) {
    if (json.truth()) {
      throw InputReader.binary(json.pointer());
    }
  }

  private static void noSequence(JsonObjectReader json) {
    String value = text(json);
    if (!value.isEmpty() && !value.equals("0") && !value.equals("false")) {
      throw unsupported(json);
    }
  }

  private static ProblemException unsupported(JsonObjectReader json) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            json.pointer() + ": not supported here (expected: it left out)",
            json.pointer(),
            0));
  }

  /** A parameter's value as text, whether it came as text, number or truth value. */
  private static String text(JsonObjectReader json) {
    if (json.isText()) {
      return json.text(VALUE_LENGTH);
    }
    if (json.isObject() || json.isArray()) {
      throw json.unexpected("a text, a number or a truth value");
    }
    return new String(json.raw(), StandardCharsets.UTF_8).strip();
  }
}
