package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The library's parameter structs of release 0.5, by offset. They travel by value in structs wider
 * than the library's own, so a field that a later patch adds at the end is carried along as the
 * library's own defaults filled it.
 */
final class ParameterStructs {

  private static final int LONGS = 32;

  /** Wider than either struct: 80 and 160 bytes. */
  static final StructLayout WIDE =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(LONGS, JAVA_LONG));

  private static final long GPU_LAYERS = 16;
  private static final long CELLS = 0;
  private static final long BATCH = 4;
  private static final long PHYSICAL_BATCH = 8;
  private static final long SEQUENCES = 12;
  private static final long OUTPUTS = 20;
  private static final long THREADS = 28;
  private static final long BATCH_THREADS = 32;
  private static final long KEY_TYPE = 104;
  private static final long VALUE_TYPE = 108;
  private static final long OFFLOAD = 129;
  private static final long UNIFIED = 133;
  private static final int FP16 = 1;

  private ParameterStructs() {}

  /**
   * Holds the defaults that the library gave against those that release 0.5 has where we write: a
   * layout that moved is seen before anything is written to a wrong place.
   */
  static void check(MemorySegment model, MemorySegment context) {
    expect("n_gpu_layers", model.get(JAVA_INT, GPU_LAYERS), -1);
    expect("n_ctx", context.get(JAVA_INT, CELLS), 512);
    expect("n_batch", context.get(JAVA_INT, BATCH), 2_048);
    expect("n_ubatch", context.get(JAVA_INT, PHYSICAL_BATCH), 512);
    expect("n_seq_max", context.get(JAVA_INT, SEQUENCES), 1);
    expect("n_outputs_max", context.get(JAVA_INT, OUTPUTS), 0);
    expect("n_threads_batch", context.get(JAVA_INT, BATCH_THREADS), context.get(JAVA_INT, THREADS));
    expect("type_k", context.get(JAVA_INT, KEY_TYPE), FP16);
    expect("type_v", context.get(JAVA_INT, VALUE_TYPE), FP16);
    expect("offload_kqv", context.get(JAVA_BYTE, OFFLOAD), 1);
    expect("kv_unified", context.get(JAVA_BYTE, UNIFIED), 0);
  }

  private static void expect(String field, int found, int expected) {
    if (found != expected) {
      throw Refusals.library("a default " + field + " of " + found, expected + ", as release 0.5");
    }
  }

  static void onProcessorOnly(MemorySegment model) {
    model.set(JAVA_INT, GPU_LAYERS, 0);
  }

  /**
   * @param cells tokens that all sequences hold together, in one memory that they share
   */
  static void fill(MemorySegment context, int cells, int sequences, int batchTokens, int threads) {
    context.set(JAVA_INT, CELLS, cells);
    context.set(JAVA_INT, BATCH, batchTokens);
    context.set(JAVA_INT, PHYSICAL_BATCH, batchTokens);
    context.set(JAVA_INT, SEQUENCES, sequences);
    // Room for the scores of each sequence's last token, not of every token of a batch.
    context.set(JAVA_INT, OUTPUTS, Math.min(sequences, batchTokens));
    context.set(JAVA_INT, THREADS, threads);
    context.set(JAVA_INT, BATCH_THREADS, threads);
    context.set(JAVA_BYTE, UNIFIED, (byte) 1);
  }
}
