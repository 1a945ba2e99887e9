package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.Problem;
import java.nio.charset.StandardCharsets;

/** The status codes of gRPC, in the order of their numbers. */
enum Status {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final String number = Integer.toString(ordinal());

  /** As it stands in {@code grpc-status}. */
  String number() {
    return number;
  }

  /** The status of a problem, by the one table of errors. */
  static Status of(Problem problem) {
    return valueOf(problem.code().grpcStatus());
  }

  /** A message as it may stand in {@code grpc-message}: percent-encoded where it must be. */
  static String encoded(String message) {
    StringBuilder text = new StringBuilder(message.length() + 8);
    for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        text.append((char) each);
      } else {
        text.append('%').append(HEX[(each >> 4) & 15]).append(HEX[each & 15]);
      }
    }
    return text.toString();
  }
}
