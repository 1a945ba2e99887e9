package dev.millrace.runtime.worker;

import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.runtime.worker.wire.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a batch into frames: nearly always one; more where the inputs together are over a frame's
 * limit, and each is then a batch of its own.
 *
 * @param frames each within the limit
 * @param tooLarge attempts that fit no frame
 */
record Batches(List<Frame.Assign> frames, List<Attempt> tooLarge) {

  static Batches of(int deployment, List<Attempt> attempts) {
    Frame.Assign whole = new Frame.Assign(deployment, attempts);
    if (whole.size() <= Frame.MOST_BYTES) {
      return new Batches(List.of(whole), List.of());
    }
    return split(deployment, attempts);
  }

  private static Batches split(int deployment, List<Attempt> attempts) {
    List<Frame.Assign> frames = new ArrayList<>();
    List<Attempt> tooLarge = new ArrayList<>();
    List<Attempt> together = new ArrayList<>();
    long sum = 0;
    for (Attempt attempt : attempts) {
      long size = new Frame.Assign(deployment, List.of(attempt)).size();
      if (size > Frame.MOST_BYTES) {
        tooLarge.add(attempt);
        continue;
      }
      if (sum + size > Frame.MOST_BYTES) {
        frames.add(new Frame.Assign(deployment, List.copyOf(together)));
        together.clear();
        sum = 0;
      }
      together.add(attempt);
      sum += size;
    }
    if (!together.isEmpty()) {
      frames.add(new Frame.Assign(deployment, together));
    }
    return new Batches(frames, tooLarge);
  }
}
