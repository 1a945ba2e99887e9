/**
 * Language models as ONNX decoders with a KV cache: prompts come in, numbered tokens go out.
 *
 * <p>One agent a deployment owns everything here: it feeds each live sequence one token a turn,
 * round robin, so a new prompt joins while others are in mid-answer (continuous batching). Others
 * reach it only through its mailbox. Whatever decides the next token (recorded ids, seed, position)
 * is in the attempt, so a second attempt continues exactly where the first one stopped.
 *
 * <p>Not here: chat templates, functions. Start reading at {@code DecoderModel}, then {@code
 * Sequence}.
 */
@NullMarked
package dev.millrace.runtime.decoder;

import org.jspecify.annotations.NullMarked;
