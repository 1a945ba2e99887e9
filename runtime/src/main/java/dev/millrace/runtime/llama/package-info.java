/**
 * Language models on llama.cpp: attempts come in, tokens go out. One agent a model owns its memory
 * and decodes one step at a time: a token of every live answer, and in what room is left a piece of
 * the prompts that wait, so that nobody starves. Sequences that ended stay for a while: a prompt
 * that begins as one of the same tenant begins with a copy.
 *
 * <p>Threads: any may run and cancel; the rest is the agent's. Not here: native calls, templates,
 * grammars, what a request may say. Start reading at {@code LlamaModel}.
 */
@NullMarked
package dev.millrace.runtime.llama;

import org.jspecify.annotations.NullMarked;
