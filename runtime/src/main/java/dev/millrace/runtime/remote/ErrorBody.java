package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.json.JsonTree;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of an error, in one of the forms met: OpenAI's object under {@code error}, a
 * text there (TEI, Ollama), vLLM's own object at the top, FastAPI's {@code detail}.
 *
 * @param message for a person
 * @param param to blame
 * @param status as a number in the body, or by its type; 0 when it says none
 */
record ErrorBody(@Nullable String message, @Nullable String param, int status) {

  static final ErrorBody NONE = new ErrorBody(null, null, 0);

  /** Anything that cannot be read says nothing. */
  static ErrorBody read(byte[] utf8) {
    try {
      return of(JsonTree.read(utf8, "error"));
    } catch (ProblemException | IllegalArgumentException unreadable) {
      return NONE;
    }
  }

  private static ErrorBody of(@Nullable Object tree) {
    if (!(tree instanceof Map<?, ?> top)) {
      return NONE;
    }
    return switch (top.get("error")) {
      case Map<?, ?> error -> ofObject(error);
      case String text -> new ErrorBody(text, null, status(top));
      case null, default ->
          top.get("detail") instanceof String detail
              ? new ErrorBody(detail, null, 0)
              : ofObject(top);
    };
  }

  private static ErrorBody ofObject(Map<?, ?> error) {
    return new ErrorBody(text(error.get("message")), text(error.get("param")), status(error));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  private static int status(Map<?, ?> error) {
    if (error.get("code") instanceof Long code && code >= 400 && code < 600) {
      return code.intValue();
    }
    String type = text(error.get("type"));
    String sort = type == null ? text(error.get("error_type")) : type;
    return sort == null ? 0 : ofType(sort.toLowerCase(Locale.ROOT));
  }

  private static int ofType(String type) {
    if (type.contains("rate_limit") || type.contains("overloaded")) {
      return 429;
    }
    return type.contains("invalid_request") || type.contains("badrequest") ? 400 : 0;
  }
}
