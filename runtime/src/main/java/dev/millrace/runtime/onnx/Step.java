package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ProblemException;
import java.util.List;

/** One compiled step. Immutable; any slot's thread. */
interface Step {

  /**
   * Changes the frames that are alive. What is wrong with one fails that one only.
   *
   * @param slot the running thread's buffers
   */
  void apply(List<Frame> frames, Slot slot);

  /** Whether this is a run of the model itself: raw tensors enter here. */
  default boolean runs() {
    return false;
  }

  /** A step that looks at one frame at a time. */
  @FunctionalInterface
  interface Single extends Step {

    /**
     * @throws ProblemException what is wrong with this frame
     */
    void apply(Frame frame);

    @Override
    default void apply(List<Frame> frames, Slot slot) {
      for (Frame frame : frames) {
        if (frame.alive()) {
          try {
            apply(frame);
          } catch (ProblemException failed) {
            frame.fail(failed.problem());
          }
        }
      }
    }
  }
}
