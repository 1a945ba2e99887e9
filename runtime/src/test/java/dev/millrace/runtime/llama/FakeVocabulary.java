package dev.millrace.runtime.llama;

import dev.millrace.runtime.llama.port.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One token a character of ASCII; 0 ends, 1 begins, and 2 is the control token {@code <c>}. */
final class FakeVocabulary implements Vocabulary {

  static final int END = 0;
  static final int BEGIN = 1;
  static final int CONTROL = 2;

  private final String template;

  FakeVocabulary(String template) {
    this.template = template;
  }

  @Override
  public int size() {
    return 128;
  }

  @Override
  public int[] encode(String text, boolean begin, boolean special) {
    String marked = special ? text.replace("<c>", "\u0002").replace("<s>", "\u0001") : text;
    return (begin ? "\u0001" + marked : marked).chars().toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return id <= CONTROL
        ? new byte[0]
        : String.valueOf((char) id).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean ends(int id) {
    return id == END;
  }

  @Override
  public String beginText() {
    return "<s>";
  }

  @Override
  public String endText() {
    return "";
  }

  @Override
  public List<String> controlTexts() {
    return List.of("<c>");
  }

  @Override
  public String chatTemplate() {
    return template;
  }
}
