package dev.millrace.runtime.llama.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model's tokens. Immutable; any thread may ask. */
public interface Vocabulary {

  /** How many tokens there are. */
  int size();

  /**
   * @param text well-formed
   * @param begin whether the token that begins a text is put in front, if the model has one
   * @param special whether texts of control tokens become those tokens; never for what a user wrote
   */
  int[] encode(String text, boolean begin, boolean special);

  /** The bytes of a token, which may be part of a character; none for control tokens. */
  byte[] bytes(int id);

  /** Whether the token ends an answer. */
  boolean ends(int id);

  /** The text of the token that begins a text; empty when there is none. */
  String beginText();

  /** The text of the token that ends a text; empty when there is none. */
  String endText();

  /** The texts of all control tokens. */
  List<String> controlTexts();

  /** The chat template that the model's file carries. */
  @Nullable String chatTemplate();
}
