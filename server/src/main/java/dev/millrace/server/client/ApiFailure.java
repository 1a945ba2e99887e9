package dev.millrace.server.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The node refused a call, or could not be reached; its text is one sentence for a person. */
final class ApiFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int MOST_SHOWN = 500;

  private final int status;
  private final String sentence;

  ApiFailure(int status, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.status = status;
    this.sentence = sentence;
  }

  /**
   * Reads a refusal: an RFC 9457 document of our own doors, or {@code {"error": ...}} of the OpenAI
   * doors (an object) and the V2 doors (a text); anything else is shown as it is, shortened.
   */
  static ApiFailure of(int status, String body, @Nullable String retryAfter) {
    String said = said(body);
    String later = retryAfter == null ? "" : "; again in " + retryAfter + " s";
    return new ApiFailure(status, "refused with " + status + ": " + said + later, null);
  }

  private static String said(String body) {
    try {
      JsonNode document = JsonMapper.shared().readTree(body);
      JsonNode error = document.path("error");
      if (error.isObject()) {
        return field(error, "code", "", ": ") + error.path("message").asString(body);
      }
      if (error.isString()) {
        return error.asString();
      }
      String detail = document.path("detail").asString(document.path("title").asString(""));
      if (!detail.isEmpty()) {
        return field(document, "code", "", ": ") + detail + field(document, "field", " at ", "");
      }
    } catch (JacksonException notJson) {
      // Whatever stands between us and the node answered; it is shown as it came.
    }
    return body.length() <= MOST_SHOWN ? body : body.substring(0, MOST_SHOWN) + "…";
  }

  private static String field(JsonNode node, String name, String before, String after) {
    String value = node.path(name).asString("");
    return value.isEmpty() ? "" : before + value + after;
  }

  /** The HTTP status; 0 when there was no answer. */
  int status() {
    return status;
  }

  /** The sentence alone: the command line shows it to a person, without the class's name. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return sentence;
  }
}
