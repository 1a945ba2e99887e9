package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;

/** Holds a chat's messages against their form: a role each, and content of text. */
final class ChatMessages {

  private static final int MOST_MESSAGES = 4_096;
  private static final int MOST_PARTS = 256;
  private static final int ROLE_LENGTH = 32;

  private ChatMessages() {}

  static void check(JsonObjectReader json) {
    boolean[] any = {false};
    json.elements(
        MOST_MESSAGES,
        () -> {
          any[0] = true;
          message(json.object());
        });
    if (!any[0]) {
      throw new ProblemException(
          Problem.invalid("/messages", "an empty list", "at least one message"));
    }
  }

  private static void message(JsonObjectReader message) {
    boolean role = false;
    for (String name; (name = message.nextField()) != null; ) {
      switch (name) {
        case "role" -> {
          message.text(ROLE_LENGTH);
          role = true;
        }
        case "content" -> content(message);
        default -> message.skip();
      }
    }
    if (!role) {
      throw new ProblemException(
          Problem.invalid(message.pointer(), "no role", "system, user or assistant"));
    }
  }

  private static void content(JsonObjectReader message) {
    if (message.isArray()) {
      message.elements(MOST_PARTS, () -> part(message.object()));
    } else if (!message.isNull()) {
      message.text();
    }
  }

  private static void part(JsonObjectReader part) {
    for (String name; (name = part.nextField()) != null; ) {
      if (name.equals("type")) {
        String type = part.text(ROLE_LENGTH);
        if (!type.equals("text") && !type.equals("refusal")) {
          throw new ProblemException(
              new Problem(
                  ErrorCode.UNSUPPORTED,
                  part.pointer()
                      + ": this kind of content (expected: text; the model takes no other)",
                  part.pointer(),
                  0));
        }
      } else {
        part.skip();
      }
    }
  }
}
