package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import org.jspecify.annotations.Nullable;

/** Holds a chat's messages against their form: a role each, and content of text and images. */
final class ChatMessages {

  static final int MOST_MESSAGES = 4_096;
  static final int MOST_PARTS = 256;
  static final int ROLE_LENGTH = 32;

  private boolean any;
  private @Nullable String firstImage;

  /**
   * @return where the first image stands, or null without any
   */
  @Nullable String check(JsonObjectReader json) {
    json.elements(
        MOST_MESSAGES,
        () -> {
          any = true;
          message(json.object());
        });
    if (!any) {
      throw new ProblemException(
          Problem.invalid("/messages", "an empty list", "at least one message"));
    }
    return firstImage;
  }

  private void message(JsonObjectReader message) {
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

  private void content(JsonObjectReader message) {
    if (message.isArray()) {
      message.elements(MOST_PARTS, () -> part(message.object()));
    } else if (!message.isNull()) {
      message.text();
    }
  }

  private void part(JsonObjectReader part) {
    String type = null;
    String typePlace = "";
    String text = null;
    String url = null;
    for (String name; (name = part.nextField()) != null; ) {
      switch (name) {
        case "type" -> {
          type = part.text(ROLE_LENGTH);
          typePlace = part.pointer();
        }
        case "text", "refusal" -> text = part.isNull() ? text : part.text();
        case "image_url" -> url = part.isNull() ? url : url(part.object());
        default -> part.skip();
      }
    }
    hold(part, type, typePlace, text, url);
  }

  private void hold(
      JsonObjectReader part,
      @Nullable String type,
      String typePlace,
      @Nullable String text,
      @Nullable String url) {
    String place = part.pointer().substring(0, part.pointer().lastIndexOf('/'));
    switch (type) {
      case null ->
          throw new ProblemException(Problem.invalid(place + "/type", "nothing", "text, ..."));
      case "text", "refusal" -> {
        if (text == null) {
          throw new ProblemException(Problem.invalid(place + "/" + type, "nothing", "a text"));
        }
      }
      case "image_url" -> {
        if (url == null) {
          throw new ProblemException(
              Problem.invalid(place + "/image_url/url", "nothing", DataUrl.EXPECTED));
        }
        firstImage = firstImage == null ? place + "/image_url" : firstImage;
      }
      default ->
          throw new ProblemException(
              new Problem(
                  ErrorCode.UNSUPPORTED,
                  typePlace + ": this kind of content (expected: text or image_url)",
                  typePlace,
                  0));
    }
  }

  private static @Nullable String url(JsonObjectReader image) {
    String url = null;
    for (String name; (name = image.nextField()) != null; ) {
      if (name.equals("url")) {
        url = DataUrl.read(image);
      } else {
        image.skip();
      }
    }
    return url;
  }
}
