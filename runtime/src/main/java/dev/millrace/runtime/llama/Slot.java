package dev.millrace.runtime.llama;

/** One sequence of the model's memory, and what lies in it. The agent's thread only. */
final class Slot {

  /** What becomes of it. */
  enum State {
    FREE,
    /** An answer is being decoded in it. */
    LIVE,
    /** What it holds may begin another prompt of the same tenant. */
    KEPT
  }

  private final int number;
  private final TokenList held = new TokenList(64);
  private State state = State.FREE;
  private int tenant;
  private long usedAt;

  Slot(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  State state() {
    return state;
  }

  /** The ids that were decoded into it. */
  TokenList held() {
    return held;
  }

  int tenant() {
    return tenant;
  }

  /** When it was last of use, in steps of the model. */
  long usedAt() {
    return usedAt;
  }

  void become(State next, int owner, long step) {
    state = next;
    tenant = owner;
    usedAt = step;
  }

  void touch(long step) {
    usedAt = step;
  }
}
