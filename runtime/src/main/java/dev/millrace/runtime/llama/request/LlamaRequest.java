package dev.millrace.runtime.llama.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a language model is asked, checked.
 *
 * @param prompt to continue; null for a chat
 * @param messages of a chat; empty for a prompt
 * @param maxTokens of the answer, at least 1
 * @param stop texts that end the answer and are not part of it
 * @param grammar in GBNF that the answer keeps to, from a schema or as given
 */
public record LlamaRequest(
    @Nullable String prompt,
    List<Message> messages,
    int maxTokens,
    Sampling sampling,
    List<String> stop,
    @Nullable String grammar) {}
