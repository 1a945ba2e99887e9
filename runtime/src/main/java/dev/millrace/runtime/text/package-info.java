/**
 * Between texts and token ids: {@link dev.millrace.runtime.text.WordPiece} for encoders, {@link
 * dev.millrace.runtime.text.PieceTokenizer} for the small language models, and the two filters of a
 * streamed answer, {@link dev.millrace.runtime.text.TextAssembler} (whole characters only) and
 * {@link dev.millrace.runtime.text.StopScanner} (never a stop text). Tokenizers are immutable and
 * shared; a filter belongs to one stream. Not here: models, sampling.
 */
@NullMarked
package dev.millrace.runtime.text;

import org.jspecify.annotations.NullMarked;
