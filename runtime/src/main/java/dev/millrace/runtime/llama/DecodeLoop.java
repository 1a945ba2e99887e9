package dev.millrace.runtime.llama;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.llama.port.DecodeBatch;
import dev.millrace.runtime.llama.port.LanguageModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Continuous batching: each step takes newcomers in, decodes one batch over all live sequences and
 * hands out their tokens. The agent's thread only.
 *
 * <p>Memory: a newcomer waits until its prompt fits. Where running answers outgrow the memory, the
 * youngest gives way: it waits again in front and goes on where it was, its ids decoded anew.
 */
final class DecodeLoop {

  /**
   * Tokens a running answer may grow by before a newcomer is let in beside it: or it is soon out.
   */
  private static final int GROWTH = 32;

  private final LanguageModel model;
  private final PromptEncoder prompts;
  private final int concurrency;
  private final Clock clock;
  private final BiConsumer<Sequence, Problem> refuse;
  private final Consumer<Sequence> ended;
  private final Slots slots;
  private final StepPlanner planner;
  private final Candidates candidates;
  private final float[] scores;
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final List<Sequence> live = new ArrayList<>();

  /**
   * @param concurrency sequences decoded side by side
   * @param refuse reports the end of one that failed
   * @param ended told of one that reported its own end
   */
  DecodeLoop(
      LanguageModel model,
      PromptEncoder prompts,
      int concurrency,
      Clock clock,
      BiConsumer<Sequence, Problem> refuse,
      Consumer<Sequence> ended) {
    this.model = model;
    this.prompts = prompts;
    this.concurrency = concurrency;
    this.clock = clock;
    this.refuse = refuse;
    this.ended = ended;
    this.slots = new Slots(model);
    this.planner = new StepPlanner(model.batchTokens());
    this.candidates = new Candidates(model.vocabulary().size());
    this.scores = new float[model.vocabulary().size()];
  }

  void arrive(Sequence sequence) {
    waiting.add(sequence);
  }

  long reusedTokens() {
    return slots.reused();
  }

  /**
   * @return how much was done; 0 when nothing lives
   * @throws ProblemException when the library failed: nothing in its memory can be relied on
   */
  int step(long nowNanos) {
    slots.nextStep();
    int work = dropStopped(nowNanos) + admit();
    if (live.isEmpty()) {
      return work;
    }
    DecodeBatch batch = planned();
    if (batch.count() > 0 && model.decode(batch)) {
      planner.decoded();
      planner.rows().forEach(this::advance);
    } else {
      giveWay();
    }
    return work + 1;
  }

  private int dropStopped(long nowNanos) {
    int before = waiting.size() + live.size();
    waiting.removeIf(sequence -> dropped(sequence, nowNanos));
    live.removeIf(sequence -> dropped(sequence, nowNanos));
    return before - waiting.size() - live.size();
  }

  private boolean dropped(Sequence sequence, long nowNanos) {
    Problem problem = sequence.stopped(nowNanos);
    if (problem == null) {
      return false;
    }
    leave(sequence);
    refuse.accept(sequence, problem);
    return true;
  }

  /** In order of arrival: one that does not fit is not overtaken. */
  private int admit() {
    int work = 0;
    while (live.size() < concurrency && !waiting.isEmpty()) {
      Sequence next = waiting.getFirst();
      if (!next.begun() && !begin(next)) {
        waiting.removeFirst();
        work++;
        continue;
      }
      Slot slot = slots.take(next.tenant(), next.ids(), live.size() * GROWTH);
      if (slot == null) {
        if (live.isEmpty()) {
          waiting.removeFirst();
          leave(next);
          refuse.accept(next, noRoom());
        }
        return work;
      }
      next.place(slot);
      live.add(waiting.removeFirst());
      work++;
    }
    return work;
  }

  private static Problem noRoom() {
    return Problem.of(ErrorCode.RUNTIME_FAILED, "the model's memory has no room for this prompt");
  }

  /** Whether there is something to decode; otherwise its end was reported. */
  private boolean begin(Sequence sequence) {
    try {
      if (sequence.begin(prompts, model, candidates)) {
        return true;
      }
      ended.accept(sequence);
    } catch (ProblemException invalid) {
      refuse.accept(sequence, invalid.problem());
    }
    sequence.close();
    return false;
  }

  private DecodeBatch planned() {
    DecodeBatch batch = planner.plan(live);
    while (!slots.makeRoom(batch.count(), null) && live.size() > 1) {
      giveWay();
      batch = planner.plan(live);
    }
    return batch;
  }

  /** The youngest lets go of its memory; what it has said it need not say again. */
  private void giveWay() {
    Sequence youngest = live.removeLast();
    Slot slot = youngest.slot();
    youngest.place(null);
    slots.release(slot);
    if (live.isEmpty()) {
      youngest.close();
      refuse.accept(youngest, noRoom());
    } else {
      waiting.addFirst(youngest);
    }
  }

  private void advance(StepPlanner.Row row) {
    Sequence sequence = row.sequence();
    // The clock is read for each one: a step over many sequences takes longer than a deadline may.
    Problem problem = sequence.stopped(clock.nanoTime());
    if (problem == null) {
      model.scores(row.row(), scores);
      try {
        if (sequence.advance(scores)) {
          return;
        }
        live.remove(sequence);
        leave(sequence);
        ended.accept(sequence);
        return;
      } catch (ProblemException failed) {
        problem = failed.problem();
      }
    }
    live.remove(sequence);
    leave(sequence);
    refuse.accept(sequence, problem);
  }

  /** What it decoded may serve others. */
  private void leave(Sequence sequence) {
    Slot slot = sequence.slotIfAny();
    sequence.place(null);
    if (slot != null) {
      slots.keep(slot);
    }
    sequence.close();
  }

  /** Ends everything, and forgets what the memory holds: reports first, for that may fail too. */
  void failAll(Problem problem) {
    List<Sequence> all = new ArrayList<>(live);
    all.addAll(waiting);
    live.clear();
    waiting.clear();
    for (Sequence sequence : all) {
      sequence.close();
      refuse.accept(sequence, problem);
    }
    slots.releaseAll();
  }
}
