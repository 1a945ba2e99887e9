package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.millrace.runtime.llama.port.DecodeBatch;
import dev.millrace.runtime.llama.port.Grammar;
import dev.millrace.runtime.llama.port.LanguageModel;
import dev.millrace.runtime.llama.port.Vocabulary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A model and its one context in the library. */
final class NativeModel implements LanguageModel {

  private static final int NO_ROOM = 1;
  private static final int BYTES_OF_KEY_AND_VALUE = 4;

  private final NativeApi api;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment model;
  private final MemorySegment context;
  private final MemorySegment memory;
  private final NativeVocabulary vocabulary;
  private final NativeBatch batch;
  private final int most;
  private final int cells;
  private final MemoryPlan plan;

  private NativeModel(NativeApi api, MemorySegment model, MemoryPlan plan) {
    this.api = api;
    this.model = model;
    this.plan = plan;
    int trained = api.trainedContext.number(model);
    this.most = plan.contextOf(trained);
    this.cells = plan.cells(trained, bytesPerToken());
    this.context = open();
    this.memory = api.memoryOf.address(context);
    this.vocabulary = NativeVocabulary.of(api, model);
    this.batch = new NativeBatch(arena, plan.batchTokens());
  }

  static NativeModel load(NativeApi api, Path file, MemoryPlan plan) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment parameters = api.modelDefaults.address(local);
      ParameterStructs.onProcessorOnly(parameters);
      MemorySegment model = api.loadModel.address(local.allocateFrom(file.toString()), parameters);
      String name = String.valueOf(file.getFileName());
      if (model.equals(MemorySegment.NULL)) {
        throw Refusals.failed(name + ": no model that this libllama can load");
      }
      try {
        requireDecoder(api, model, name);
        return new NativeModel(api, model, plan);
      } catch (RuntimeException refused) {
        api.freeModel.run(model);
        throw refused;
      }
    }
  }

  private static void requireDecoder(NativeApi api, MemorySegment model, String name) {
    // What has no positions to cut cannot be extended, forked or resumed as the engine does.
    if (api.hasEncoder.truth(model) || api.recurrent.truth(model)) {
      throw Refusals.failed(name + ": an encoder or recurrent model (expected: a decoder)");
    }
  }

  private long bytesPerToken() {
    long heads = Math.max(1, api.heads.number(model));
    long width = (long) api.keyValueHeads.number(model) * api.width.number(model) / heads;
    return width * api.layers.number(model) * BYTES_OF_KEY_AND_VALUE;
  }

  private MemorySegment open() {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment parameters = api.contextDefaults.address(local);
      ParameterStructs.fill(
          parameters, cells, plan.sequences(), plan.batchTokens(), plan.threads());
      MemorySegment opened = api.openContext.address(model, parameters);
      if (opened.equals(MemorySegment.NULL)) {
        throw Refusals.failed(
            "no memory for " + cells + " tokens of keys and values (expected: a smaller context)");
      }
      return opened;
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int context() {
    return most;
  }

  @Override
  public int sequences() {
    return plan.sequences();
  }

  @Override
  public int cells() {
    return cells;
  }

  @Override
  public int batchTokens() {
    return plan.batchTokens();
  }

  @Override
  public boolean decode(DecodeBatch step) {
    int outcome = api.decode.number(context, batch.of(step));
    if (outcome == 0 || outcome == NO_ROOM) {
      return outcome == 0;
    }
    throw Refusals.failed("a decode step failed with " + outcome);
  }

  @Override
  public void scores(int row, float[] into) {
    MemorySegment scores = api.scores.address(context, row);
    if (scores.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("no scores at row " + row);
    }
    MemorySegment.copy(scores.reinterpret(4L * into.length), JAVA_FLOAT, 0, into, 0, into.length);
  }

  @Override
  public void copy(int from, int to, int count) {
    api.copySequence.run(memory, from, to, 0, count);
  }

  @Override
  public void cut(int sequence, int count) {
    if (!api.removeSequence.truth(memory, sequence, count, -1)) {
      throw Refusals.failed("a sequence could not be cut to " + count + " tokens");
    }
  }

  @Override
  public Grammar grammar(String text) {
    return NativeGrammar.open(api, vocabulary, text);
  }

  @Override
  public void close() {
    api.freeContext.run(context);
    api.freeModel.run(model);
    arena.close();
  }
}
