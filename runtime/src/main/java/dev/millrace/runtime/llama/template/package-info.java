/**
 * A chat as the text that a model was trained on: its own template and the messages come in, a text
 * goes out. Templates come with models and are not trusted: they see texts, lists and maps, cannot
 * read files or call anything, and are bounded in output, loops and depth. Start reading at {@link
 * dev.millrace.runtime.llama.template.ChatTemplate}.
 */
@NullMarked
package dev.millrace.runtime.llama.template;

import org.jspecify.annotations.NullMarked;
