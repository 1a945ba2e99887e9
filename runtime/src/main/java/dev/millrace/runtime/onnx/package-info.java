/**
 * Functions on ONNX Runtime: an attempt's input goes through the manifest's declared steps (no code
 * comes from a manifest) to named tensors.
 *
 * <p>The way: {@link dev.millrace.runtime.onnx.OnnxEngine} loads the files and compiles the steps
 * to a {@code Pipeline}; an {@code OnnxModel} hands batches to its own threads, one a concurrency
 * slot, each with a {@code Slot} of direct buffers; there each attempt becomes a {@code Frame} of
 * named columns, the steps change the frames, and only the run of the model sees the batch as one.
 * What is wrong with one attempt fails its frame and nothing else.
 *
 * <p>Not here: generators, worker processes, scheduling.
 */
@NullMarked
package dev.millrace.runtime.onnx;

import org.jspecify.annotations.NullMarked;
