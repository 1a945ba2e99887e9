package dev.millrace.ingress.openai;

import org.jspecify.annotations.Nullable;

/**
 * What a response's answer repeats of its request. Streams keep what was answered, not how it was
 * asked for: whoever retrieves a response is told {@link #KEPT}.
 *
 * @param instructions as given
 * @param temperature as given
 * @param topP as given
 * @param maxOutputTokens as given; 0 for none
 * @param format the {@code text.format} object, JSON
 * @param metadata an object, JSON
 */
record ResponseAsked(
    @Nullable String instructions,
    @Nullable Double temperature,
    @Nullable Double topP,
    long maxOutputTokens,
    String format,
    String metadata) {

  static final String TEXT = "{\"type\":\"text\"}";
  static final String NO_METADATA = "{}";

  static final ResponseAsked KEPT = new ResponseAsked(null, null, null, 0, TEXT, NO_METADATA);
}
