package dev.millrace.bench;

/** The status codes of gRPC, in the order of their numbers. */
enum GrpcStatus {
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

  private static final GrpcStatus[] BY_NUMBER = values();

  static GrpcStatus of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }

  /** The status of a number as it stands in {@code grpc-status}. */
  static GrpcStatus parse(CharSequence text) {
    return text.length() >= 1
            && text.length() <= 2
            && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? of(Integer.parseInt(text, 0, text.length(), 10))
        : UNKNOWN;
  }

  /** The status of one of our codes, by which an answer on a stream says what went wrong. */
  static GrpcStatus ofCode(String code) {
    return switch (code) {
      case "invalid_argument" -> INVALID_ARGUMENT;
      case "too_large", "rate_limited", "overloaded", "storage_full" -> RESOURCE_EXHAUSTED;
      case "unsupported" -> UNIMPLEMENTED;
      case "unauthenticated" -> UNAUTHENTICATED;
      case "forbidden" -> PERMISSION_DENIED;
      case "not_found" -> NOT_FOUND;
      case "model_loading", "draining", "upstream_failed" -> UNAVAILABLE;
      case "deadline_exceeded" -> DEADLINE_EXCEEDED;
      case "cancelled" -> CANCELLED;
      case "quarantined", "runtime_failed", "internal" -> INTERNAL;
      default -> UNKNOWN;
    };
  }
}
