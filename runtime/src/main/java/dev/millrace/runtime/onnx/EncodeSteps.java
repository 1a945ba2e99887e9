package dev.millrace.runtime.onnx;

import dev.millrace.runtime.text.WordPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Steps that run a text encoder. */
final class EncodeSteps {

  private EncodeSteps() {}

  /** {@code run} where tokens come in: gives a vector for each token. */
  static Step run(Encoder encoder) {
    return new Encode(
        encoder,
        true,
        (frame, target) -> {
          if (frame.current() instanceof Column.Tokens tokens) {
            return tokens;
          }
          throw frame.mismatch("run", "tokens");
        },
        (frame, hidden) -> {
          frame.clear();
          frame.put(encoder.outputName(), hidden);
        },
        new Target(null, null));
  }

  /**
   * {@code embed: {model: encoder, tokenizer: tokenizer, max_tokens: 128, output: embedding}}: a
   * text becomes the mean of its token vectors, with length 1.
   */
  static Step embed(Encoder encoder, WordPiece tokenizer, Options options) {
    Target target = Target.of(options);
    String output = target.output() == null ? "embedding" : target.output();
    int maxTokens = TextSteps.maxTokens(options, tokenizer);
    return new Encode(
        encoder,
        false,
        (frame, from) ->
            TextSteps.tokens(frame, TextSteps.texts(frame, from, "embed"), tokenizer, maxTokens),
        (frame, hidden) -> {
          Column.Floats mean = NumberSteps.mean(hidden);
          NumberSteps.normalizeRows(mean.values(), mean.width());
          frame.replace(output, mean);
        },
        target);
  }

  /** Tokens of each frame, one run over all, and what becomes of the vectors. */
  private record Encode(
      Encoder encoder,
      boolean runs,
      BiFunction<Frame, Target, Column.Tokens> tokens,
      BiConsumer<Frame, Column.Hidden> store,
      Target target)
      implements Step {

    @Override
    public void apply(List<Frame> frames, Slot slot) {
      List<Frame> ready = new ArrayList<>(frames.size());
      List<Column.Tokens> taken = new ArrayList<>(frames.size());
      Step.Single take =
          frame -> {
            taken.add(tokens.apply(frame, target));
            ready.add(frame);
          };
      take.apply(frames, slot);
      RunBuffers buffers = slot.of(this, () -> new RunBuffers(encoder.inputs()));
      List<Column.Hidden> hidden = encoder.run(ready, taken, buffers);
      for (int i = 0; i < ready.size(); i++) {
        if (ready.get(i).alive()) {
          store.accept(ready.get(i), hidden.get(i));
        }
      }
    }
  }
}
