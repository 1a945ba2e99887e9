package dev.millrace.ingress.http;

import dev.millrace.domain.error.Problem;
import dev.millrace.ingress.json.JsonText;

/** How a door says what went wrong: a pure function of the problem. */
public interface Dialect {

  String contentType();

  /**
   * Writes the body.
   *
   * @param status with which it is sent
   */
  void render(Problem problem, int status, String requestId, JsonText json);

  /** The status that this door's clients expect; the table's, unless a contract says otherwise. */
  default int status(Problem problem) {
    return problem.code().httpStatus();
  }

  /** RFC 9457 problem documents: the dialect of our own doors. */
  Dialect MILLRACE =
      new Dialect() {
        @Override
        public String contentType() {
          return "application/problem+json";
        }

        @Override
        public void render(Problem problem, int status, String requestId, JsonText json) {
          json.beginObject()
              .field("type", "about:blank")
              .field("title", problem.code().wireName().replace('_', ' '))
              .field("status", status)
              .field("code", problem.code().wireName())
              .field("detail", problem.message());
          if (problem.field() != null) {
            json.field("field", problem.field());
          }
          if (problem.retryAfterMillis() > 0) {
            json.field("retry_after_ms", problem.retryAfterMillis());
          }
          json.field("request_id", requestId).endObject();
        }
      };
}
