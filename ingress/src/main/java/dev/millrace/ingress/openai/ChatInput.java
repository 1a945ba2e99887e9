package dev.millrace.ingress.openai;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Capability;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.ingress.json.JsonObjectReader;
import dev.millrace.ingress.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation and the form that its answer must have, checked and kept as they came: runtimes
 * that chat read {@code messages} and {@code response_format} of their input as chats say them. And
 * what the model must be able to do for it.
 */
final class ChatInput {

  private static final String FORMAT = "response_format";

  /** Ways to say what form an answer must have; the last two are our own language models'. */
  private static final Set<String> FORMS = Set.of(FORMAT, "json_schema", "grammar");

  private final Map<String, byte[]> forms = new LinkedHashMap<>(0);
  private byte @Nullable [] messages;
  private String formPlace = "";
  private @Nullable String imagePlace;

  /**
   * Takes the field at hand if it is the conversation.
   *
   * @return false when it is not; its value is still at hand then
   */
  boolean readMessages(String name, JsonObjectReader json) {
    if (!name.equals("messages")) {
      return false;
    }
    messages(json.raw());
    return true;
  }

  /**
   * Takes the field at hand if it is a form for the answer.
   *
   * @return false when it is not; its value is still at hand then
   */
  boolean readForm(String name, JsonObjectReader json) {
    if (!FORMS.contains(name)) {
      return false;
    }
    String place = json.pointer();
    byte[] raw = json.raw();
    if (!name.equals(FORMAT) || AnswerFormat.ofChat(raw)) {
      forms.put(name, raw);
      formPlace = place;
    }
    return true;
  }

  private void messages(byte[] raw) {
    try (JsonObjectReader json = JsonObjectReader.ofField("messages", raw, "")) {
      json.nextField();
      imagePlace = new ChatMessages().check(json);
    }
    messages = raw;
  }

  boolean hasMessages() {
    return messages != null;
  }

  /**
   * Messages that another form of body was translated into.
   *
   * @param utf8 the list
   * @param firstImage where in that body the first image stands, or null without any
   */
  void messages(byte[] utf8, @Nullable String firstImage) {
    messages = utf8;
    imagePlace = firstImage;
  }

  /**
   * A format that another form of body was translated into.
   *
   * @param utf8 as chats say it
   * @param place where in that body it stands
   */
  void format(byte[] utf8, String place) {
    forms.put(FORMAT, utf8);
    formPlace = place;
  }

  /**
   * @throws ProblemException naming the parameter that this model cannot serve
   */
  void require(ModelSpec spec) {
    if (imagePlace != null && !spec.can(Capability.IMAGES)) {
      throw cannot(imagePlace, "an image", "text; " + spec.name() + " takes no images");
    }
    if (!forms.isEmpty() && !spec.can(Capability.STRUCTURED_OUTPUT)) {
      throw cannot(
          formPlace,
          "a form for the answer",
          "none, or {\"type\":\"text\"}; " + spec.name() + " keeps to no form");
    }
    if (spec.runtime() == RuntimeKind.REMOTE) {
      for (String name : forms.keySet()) {
        if (!name.equals(FORMAT)) {
          throw cannot("/" + name, "a form in words of our own", "response_format");
        }
      }
    }
  }

  private static ProblemException cannot(String place, String found, String expected) {
    return new ProblemException(
        new Problem(
            ErrorCode.UNSUPPORTED,
            place + ": " + found + " (expected: " + expected + ")",
            place,
            0));
  }

  /** Writes them as fields of a generator's input. */
  void write(JsonText json) {
    if (messages != null) {
      json.name("messages").raw(new String(messages, StandardCharsets.UTF_8));
    }
    forms.forEach((name, raw) -> json.name(name).raw(new String(raw, StandardCharsets.UTF_8)));
  }
}
