package dev.millrace.runtime.llama.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.llama.request.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model's chat template in Jinja. Any thread. */
public final class ChatTemplate {

  private static final int LONGEST_TEMPLATE = 256 << 10;
  private static final long LONGEST_TEXT = 16L << 20;
  private static final int DEEPEST = 32;
  private static final int MOST_ELEMENTS = 16_384;

  private final Jinjava jinjava;
  private final String source;
  private final String beginText;
  private final String endText;

  /**
   * @param source the template
   * @param beginText of the token that begins a text, {@code bos_token} in templates
   * @param endText of the token that ends one, {@code eos_token}
   */
  public ChatTemplate(String source, String beginText, String endText) {
    if (source.length() > LONGEST_TEMPLATE) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.RUNTIME_FAILED,
              "a chat template of "
                  + source.length()
                  + " characters (expected: at most "
                  + LONGEST_TEMPLATE
                  + ")"));
    }
    this.source = source;
    this.beginText = beginText;
    this.endText = endText;
    this.jinjava = new Jinjava(config());
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", TemplateFunctions.class, "raise", Object.class));
  }

  private static JinjavaConfig config() {
    return JinjavaConfig.newBuilder()
        // Or braces in a message would be read as a template.
        .withNestedInterpretationEnabled(false)
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .withMaxOutputSize(LONGEST_TEXT)
        .withMaxStringLength(LONGEST_TEXT)
        .withMaxRenderDepth(DEEPEST)
        .withMaxMacroRecursionDepth(DEEPEST)
        .withMaxListSize(MOST_ELEMENTS)
        .withMaxMapSize(MOST_ELEMENTS)
        .withRangeLimit(MOST_ELEMENTS)
        .withDisabled(
            Map.of(
                Library.TAG,
                Set.of("include", "import", "from", "extends", "block", "call", "cycle"),
                Library.FILTER,
                Set.of("random", "datetimeformat", "md5", "render")))
        .build();
  }

  /**
   * The text that asks for the assistant's next message.
   *
   * @throws ProblemException when the template refuses these messages
   */
  public String render(List<Message> messages) {
    List<Map<String, Object>> values = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("role", message.role());
      value.put("content", message.content());
      values.add(value);
    }
    Map<String, Object> bindings = new HashMap<>();
    bindings.put("messages", values);
    bindings.put("add_generation_prompt", true);
    bindings.put("bos_token", beginText);
    bindings.put("eos_token", endText);
    RenderResult result = jinjava.renderForResult(source, bindings);
    for (TemplateError error : result.getErrors()) {
      if (error.getSeverity() == ErrorType.FATAL) {
        throw refused(error);
      }
    }
    return result.getOutput();
  }

  /** The template's own words are the model's; what they quote of the messages is left out. */
  private static ProblemException refused(TemplateError error) {
    String raised = TemplateFunctions.raisedIn(error.getException());
    return new ProblemException(
        Problem.invalid(
            "/messages",
            raised == null
                ? "the model's chat template failed at line " + error.getLineno()
                : "refused by the model's chat template: " + raised,
            "roles and an order that the model was made for"));
  }
}
