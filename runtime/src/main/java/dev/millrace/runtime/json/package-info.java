/**
 * Strict reading of JSON: bytes come in, numbers, texts and trees go out. Duplicate names, literals
 * such as NaN, depth beyond 64 and lone surrogates are refused. No thread, no state. Start reading
 * at {@link dev.millrace.runtime.json.StrictJson}.
 */
@NullMarked
package dev.millrace.runtime.json;

import org.jspecify.annotations.NullMarked;
