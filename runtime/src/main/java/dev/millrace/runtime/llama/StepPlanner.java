package dev.millrace.runtime.llama;

import dev.millrace.runtime.llama.port.DecodeBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes into the next decode step: the newest token of every answer, then pieces of prompts,
 * the oldest first. While answers go on the pieces are small, so that none of them waits much
 * longer for a token than without newcomers.
 */
final class StepPlanner {

  /** Prompt tokens of a step beside running answers: about as dear as eight answers' tokens. */
  static final int BUSY_PIECE = 32;

  private final DecodeBatch batch;
  private final List<Row> rows = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();

  /** Where the scores for a sequence will be. */
  record Row(Sequence sequence, int row) {}

  /** How many ids of a sequence go in. */
  private record Piece(Sequence sequence, int count) {}

  /**
   * @param capacity most tokens of a step, at least one for each live sequence
   */
  StepPlanner(int capacity) {
    this.batch = new DecodeBatch(capacity);
  }

  /** The step for these sequences, in the order in which they came. */
  DecodeBatch plan(List<Sequence> live) {
    batch.clear();
    rows.clear();
    pieces.clear();
    for (Sequence sequence : live) {
      if (sequence.unfed() == 1) {
        add(sequence, 1);
      }
    }
    int room = batch.capacity() - batch.count();
    int left = batch.count() == 0 ? room : Math.min(room, BUSY_PIECE);
    for (Sequence sequence : live) {
      if (left > 0 && sequence.unfed() > 1) {
        int count = Math.min(left, sequence.unfed());
        add(sequence, count);
        left -= count;
      }
    }
    return batch;
  }

  private void add(Sequence sequence, int count) {
    TokenList ids = sequence.ids();
    int from = sequence.slot().held().count();
    for (int at = from; at < from + count; at++) {
      boolean last = at == ids.count() - 1;
      int row = batch.add(ids.get(at), at, sequence.slot().number(), last);
      if (last) {
        rows.add(new Row(sequence, row));
      }
    }
    pieces.add(new Piece(sequence, count));
  }

  /** After the step: what went in is now in the sequences' slots. */
  void decoded() {
    for (Piece piece : pieces) {
      TokenList held = piece.sequence.slot().held();
      int from = held.count();
      for (int at = from; at < from + piece.count; at++) {
        held.add(piece.sequence.ids().get(at));
      }
    }
  }

  /** The sequences whose next token the step's scores give. */
  List<Row> rows() {
    return rows;
  }
}
