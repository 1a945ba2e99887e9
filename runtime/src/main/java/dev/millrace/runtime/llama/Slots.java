package dev.millrace.runtime.llama;

import dev.millrace.runtime.llama.Slot.State;
import dev.millrace.runtime.llama.port.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's memory: which sequences live, which are kept for prompts that begin alike, and what
 * room is left. Kept ones give way, the one longest unused first. A sequence that was copied counts
 * in full though the library stores it once: the budget is never overrun.
 *
 * <p>A prefix is never shared between tenants: how soon an answer begins would tell one what
 * another has asked.
 */
final class Slots {

  /** Shorter ones are decoded as fast as they are looked up. */
  private static final int SHORTEST_PREFIX = 16;

  private final LanguageModel model;
  private final List<Slot> slots = new ArrayList<>();
  private long step;
  private long reused;

  Slots(LanguageModel model) {
    this.model = model;
    for (int number = 0; number < model.sequences(); number++) {
      slots.add(new Slot(number));
    }
  }

  /** Tokens that were copied instead of decoded, since the start. */
  long reused() {
    return reused;
  }

  void nextStep() {
    step++;
  }

  /**
   * A sequence for a prompt, with as much of it as another holds already.
   *
   * @param ids of which the last is never copied: its scores are needed
   * @param spare room that must be left for those who grow
   * @return null when there is no room now
   */
  @Nullable Slot take(int tenant, TokenList ids, int spare) {
    Slot source = longest(tenant, ids);
    int shared = source == null ? 0 : shared(source, ids);
    Slot free = free(source);
    if (free == null || !makeRoom(ids.count() + spare, source)) {
      return null;
    }
    free.become(State.LIVE, tenant, step);
    if (source != null) {
      model.copy(source.number(), free.number(), shared);
      free.held().become(ids, shared);
      source.touch(step);
      reused += shared;
    }
    return free;
  }

  private @Nullable Slot longest(int tenant, TokenList ids) {
    Slot best = null;
    int most = SHORTEST_PREFIX - 1;
    for (Slot slot : slots) {
      if (slot.state() != State.FREE && slot.tenant() == tenant) {
        int shared = shared(slot, ids);
        if (shared > most) {
          best = slot;
          most = shared;
        }
      }
    }
    return best;
  }

  private static int shared(Slot slot, TokenList ids) {
    return Math.min(slot.held().sharedWith(ids), ids.count() - 1);
  }

  private @Nullable Slot free(@Nullable Slot spared) {
    for (Slot slot : slots) {
      if (slot.state() == State.FREE) {
        return slot;
      }
    }
    Slot oldest = oldestKept(spared);
    if (oldest != null) {
      release(oldest);
    }
    return oldest;
  }

  /**
   * Lets kept sequences go until so many more tokens fit.
   *
   * @param spared not to be let go
   * @return false when they do not fit beside what lives
   */
  boolean makeRoom(int tokens, @Nullable Slot spared) {
    while (held() + tokens > model.cells()) {
      Slot oldest = oldestKept(spared);
      if (oldest == null) {
        return false;
      }
      release(oldest);
    }
    return true;
  }

  private long held() {
    long held = 0;
    for (Slot slot : slots) {
      held += slot.held().count();
    }
    return held;
  }

  private @Nullable Slot oldestKept(@Nullable Slot spared) {
    Slot oldest = null;
    for (Slot slot : slots) {
      if (slot.state() == State.KEPT
          && slot != spared
          && (oldest == null || slot.usedAt() < oldest.usedAt())) {
        oldest = slot;
      }
    }
    return oldest;
  }

  /** The answer in it ended: it stays for others, in place of those that it continues. */
  void keep(Slot slot) {
    for (Slot other : slots) {
      if (other != slot
          && other.state() == State.KEPT
          && other.tenant() == slot.tenant()
          && other.held().sharedWith(slot.held()) == other.held().count()) {
        release(other);
      }
    }
    slot.become(State.KEPT, slot.tenant(), step);
    if (slot.held().count() < SHORTEST_PREFIX) {
      release(slot);
    }
  }

  /** After a failure: kept ones too may hold what they should not. */
  void releaseAll() {
    for (Slot slot : slots) {
      if (slot.state() != State.FREE) {
        release(slot);
      }
    }
  }

  /** Nothing of it stays. */
  void release(Slot slot) {
    model.cut(slot.number(), 0);
    slot.held().cut(0);
    slot.become(State.FREE, 0, step);
  }
}
