/**
 * ONNX Runtime as the rest of this module sees it: verified bytes come in, a session with its
 * signature comes out. A session may be run by several threads at once; direct buffers belong to
 * one thread. Not here: steps, sampling. Start reading at {@link
 * dev.millrace.runtime.ort.OrtModel}.
 */
@NullMarked
package dev.millrace.runtime.ort;

import org.jspecify.annotations.NullMarked;
