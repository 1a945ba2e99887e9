package dev.millrace.runtime.llama.request;

/**
 * One message of a chat.
 *
 * @param role as the model's template knows it, such as {@code user}
 */
public record Message(String role, String content) {}
