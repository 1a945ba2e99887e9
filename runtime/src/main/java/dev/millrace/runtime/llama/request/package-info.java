/**
 * What a language model is asked: the {@code input} object of a task comes in, a checked {@link
 * dev.millrace.runtime.llama.request.LlamaRequest} goes out. No thread, no model. Start reading at
 * {@link dev.millrace.runtime.llama.request.RequestReader}.
 */
@NullMarked
package dev.millrace.runtime.llama.request;

import org.jspecify.annotations.NullMarked;
