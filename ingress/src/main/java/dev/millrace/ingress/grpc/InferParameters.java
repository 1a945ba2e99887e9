package dev.millrace.ingress.grpc;

import dev.millrace.ingress.grpc.wire.InferParameter;
import dev.millrace.ingress.json.JsonText;
import dev.millrace.ingress.v2.InferRequest;

/** The parameters of an inference message. */
final class InferParameters {

  /** Asks that the last answer on a stream says that it is the last. */
  static final String FINAL_WANTED = "triton_enable_empty_final_response";

  /** Says that an answer is the last. */
  static final String FINAL = "triton_final_response";

  private static final int VALUE_LENGTH = 8_192;
  private static final long UINT32_MOST = 0xFFFF_FFFFL;

  private InferParameters() {}

  static void read(String pointer, String name, InferParameter value, InferRequest into) {
    switch (name) {
      case "priority" -> into.priority(whole(pointer, value, UINT32_MOST));
      case "timeout" -> into.timeout(whole(pointer, value, Long.MAX_VALUE));
      case "sequence_id", "sequence_start", "sequence_end" -> {
        String text = text(value);
        if (!text.isEmpty() && !text.equals("0") && !text.equals("false")) {
          throw InferRequest.unsupported(pointer);
        }
      }
      case FINAL_WANTED, "binary_data_output" -> {
        // The first is the stream's; outputs are always bytes here.
      }
      default -> other(pointer, name, value, into);
    }
  }

  private static void other(String pointer, String name, InferParameter value, InferRequest into) {
    String text = text(value);
    if (text.length() > VALUE_LENGTH) {
      throw InferMessages.invalid(
          pointer, text.length() + " characters", "at most " + VALUE_LENGTH + " characters");
    }
    into.parameter(name, text, value.hasStringParam() ? quoted(text) : text);
  }

  private static String quoted(String text) {
    return new JsonText().value(text).toString();
  }

  private static long whole(String pointer, InferParameter value, long most) {
    long number =
        switch (value.getParameterChoiceCase()) {
          case INT64_PARAM -> value.getInt64Param();
          case UINT64_PARAM -> value.getUint64Param();
          default -> -1;
        };
    if (number < 0 || number > most) {
      throw InferMessages.invalid(pointer, text(value), "a whole number 0.." + most);
    }
    return number;
  }

  private static String text(InferParameter value) {
    return switch (value.getParameterChoiceCase()) {
      case BOOL_PARAM -> Boolean.toString(value.getBoolParam());
      case INT64_PARAM -> Long.toString(value.getInt64Param());
      case UINT64_PARAM -> Long.toUnsignedString(value.getUint64Param());
      case DOUBLE_PARAM ->
          Double.isFinite(value.getDoubleParam())
              ? Double.toString(value.getDoubleParam())
              : "null";
      case STRING_PARAM -> value.getStringParam();
      case PARAMETERCHOICE_NOT_SET -> "";
    };
  }
}
