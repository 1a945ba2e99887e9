/**
 * What the engine needs of a language model, as small interfaces: words to ids and back, one decode
 * step over many sequences, scores, and the memory of each sequence. The library behind them is one
 * implementation; tests have another. One thread at a time. Start reading at {@link
 * dev.millrace.runtime.llama.port.LanguageModel}.
 */
@NullMarked
package dev.millrace.runtime.llama.port;

import org.jspecify.annotations.NullMarked;
