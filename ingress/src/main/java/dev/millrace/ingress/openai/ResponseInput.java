package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Translates a response's {@code input}, a text or a list of messages, into the messages of a chat.
 */
final class ResponseInput {

  private final JsonText messages = new JsonText();
  private int count;
  private @Nullable String firstImage;

  ResponseInput() {
    messages.beginArray();
  }

  /** The field at hand is the input. */
  void read(JsonObjectReader json) {
    if (json.isText()) {
      message("user", new JsonText().value(json.text()).toString());
    } else {
      json.elements(ChatMessages.MOST_MESSAGES, () -> item(json.object()));
    }
    if (count == 0) {
      throw new ProblemException(
          Problem.invalid("/input", "an empty list", "a text or at least one message"));
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Where the first image stands, or null without any. */
  @Nullable String firstImage() {
    return firstImage;
  }

  /** The list of messages, behind the instructions if there are any. */
  byte[] messages(@Nullable String instructions) {
    String all = messages.endArray().toString();
    if (instructions == null) {
      return all.getBytes(StandardCharsets.UTF_8);
    }
    JsonText system = new JsonText();
    system.beginObject().field("role", "system").field("content", instructions).endObject();
    return ("[" + system + "," + all.substring(1)).getBytes(StandardCharsets.UTF_8);
  }

  private void message(String role, String content) {
    count++;
    messages.beginObject().field("role", role).name("content").raw(content).endObject();
  }

  private void item(JsonObjectReader item) {
    String role = null;
    String content = null;
    for (String name; (name = item.nextField()) != null; ) {
      switch (name) {
        case "type" -> onlyMessages(item);
        case "role" -> role = item.text(ChatMessages.ROLE_LENGTH);
        case "content" -> content = content(item);
        default -> item.skip();
      }
    }
    String place = item.pointer().substring(0, item.pointer().lastIndexOf('/'));
    if (role == null) {
      throw new ProblemException(
          Problem.invalid(place + "/role", "nothing", "user, assistant, system or developer"));
    }
    if (content == null) {
      throw new ProblemException(
          Problem.invalid(place + "/content", "nothing", "a text or a list of parts"));
    }
    message(role, content);
  }

  private static void onlyMessages(JsonObjectReader item) {
    if (!item.text(ChatMessages.ROLE_LENGTH).equals("message")) {
      throw unsupported(item.pointer(), "this kind of item", "message");
    }
  }

  private String content(JsonObjectReader item) {
    if (item.isText()) {
      return new JsonText().value(item.text()).toString();
    }
    JsonText parts = new JsonText().beginArray();
    item.elements(ChatMessages.MOST_PARTS, () -> part(item.object(), parts));
    return parts.endArray().toString();
  }

  private void part(JsonObjectReader part, JsonText into) {
    String type = "";
    String typePlace = "";
    String text = null;
    String image = null;
    for (String name; (name = part.nextField()) != null; ) {
      switch (name) {
        case "type" -> {
          type = part.text(ChatMessages.ROLE_LENGTH);
          typePlace = part.pointer();
        }
        case "text", "refusal" -> text = part.isNull() ? text : part.text();
        case "image_url" -> image = part.isNull() ? image : image(part);
        default -> part.skip();
      }
    }
    String place = part.pointer().substring(0, part.pointer().lastIndexOf('/'));
    switch (type) {
      case "input_text", "output_text", "text", "refusal" ->
          into.beginObject()
              .field("type", "text")
              .field("text", given(text, place + "/text", "a text"))
              .endObject();
      case "input_image" -> {
        String url = given(image, place + "/image_url", DataUrl.EXPECTED);
        into.beginObject().field("type", "image_url").name("image_url").beginObject();
        into.field("url", url).endObject().endObject();
      }
      default ->
          throw unsupported(
              typePlace.isEmpty() ? place + "/type" : typePlace,
              "this kind of content",
              "input_text or input_image");
    }
  }

  private String image(JsonObjectReader part) {
    firstImage = firstImage == null ? part.pointer() : firstImage;
    return DataUrl.read(part);
  }

  private static String given(@Nullable String value, String place, String expected) {
    if (value == null) {
      throw new ProblemException(Problem.invalid(place, "nothing", expected));
    }
    return value;
  }

  private static ProblemException unsupported(String place, String found, String expected) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            place + ": " + found + " (expected: " + expected + ")",
            place,
            0));
  }
}
