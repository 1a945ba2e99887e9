package dev.millrace.domain.error;

import java.util.Locale;

/**
 * What can go wrong, by who can act: each code with its face on every door. Numbers are stable:
 * 1xxx the caller can fix it, 2xxx retry later, 3xxx ours.
 */
public enum ErrorCode {
  INVALID_ARGUMENT(1_001, 400, "INVALID_ARGUMENT", "invalid_request_error", Retry.NEVER),
  TOO_LARGE(1_002, 413, "RESOURCE_EXHAUSTED", "invalid_request_error", Retry.NEVER),
  UNSUPPORTED(1_003, 400, "UNIMPLEMENTED", "invalid_request_error", Retry.NEVER),
  UNAUTHENTICATED(1_004, 401, "UNAUTHENTICATED", "authentication_error", Retry.NEVER),
  FORBIDDEN(1_005, 403, "PERMISSION_DENIED", "permission_error", Retry.NEVER),
  NOT_FOUND(1_006, 404, "NOT_FOUND", "invalid_request_error", Retry.NEVER),
  IDEMPOTENCY_MISMATCH(1_007, 422, "FAILED_PRECONDITION", "invalid_request_error", Retry.NEVER),
  CANCELLED(1_008, 499, "CANCELLED", "server_error", Retry.NEVER),
  RATE_LIMITED(2_001, 429, "RESOURCE_EXHAUSTED", "rate_limit_error", Retry.SOON),
  OVERLOADED(2_002, 429, "RESOURCE_EXHAUSTED", "overloaded_error", Retry.SOON),
  MODEL_LOADING(2_003, 503, "UNAVAILABLE", "server_error", Retry.SOON),
  STORAGE_FULL(2_004, 507, "RESOURCE_EXHAUSTED", "server_error", Retry.LATER),
  DRAINING(2_005, 503, "UNAVAILABLE", "server_error", Retry.LATER),
  DEADLINE_EXCEEDED(2_006, 504, "DEADLINE_EXCEEDED", "server_error", Retry.NEVER),
  QUARANTINED(3_001, 500, "INTERNAL", "server_error", Retry.NEVER),
  RUNTIME_FAILED(3_002, 500, "INTERNAL", "server_error", Retry.NEVER),
  UPSTREAM_FAILED(3_003, 502, "UNAVAILABLE", "server_error", Retry.SOON),
  INTERNAL(3_004, 500, "INTERNAL", "server_error", Retry.NEVER);

  /** Whether trying again can help, and when. */
  public enum Retry {
    NEVER,
    SOON,
    LATER
  }

  private final int number;
  private final int httpStatus;
  private final String grpcStatus;
  private final String openAiType;
  private final Retry retry;
  private final String wireName = name().toLowerCase(Locale.ROOT);

  ErrorCode(int number, int httpStatus, String grpcStatus, String openAiType, Retry retry) {
    this.number = number;
    this.httpStatus = httpStatus;
    this.grpcStatus = grpcStatus;
    this.openAiType = openAiType;
    this.retry = retry;
  }

  public int number() {
    return number;
  }

  public int httpStatus() {
    return httpStatus;
  }

  public String grpcStatus() {
    return grpcStatus;
  }

  /** The {@code type} of an OpenAI error object. */
  public String openAiType() {
    return openAiType;
  }

  public Retry retry() {
    return retry;
  }

  /** The code as clients read it, such as {@code invalid_argument}. */
  public String wireName() {
    return wireName;
  }
}
