package dev.millrace.runtime.llama;

import static dev.millrace.runtime.testing.Attempts.quote;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Task;
import dev.millrace.kernel.sim.VirtualClock;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scheduler over a model that is made up, turned by hand. */
class LlamaModelTest {

  private final VirtualClock clock = new VirtualClock();
  private final Recorder recorder = new Recorder();
  private FakeLanguageModel fake;
  private LlamaModel model;

  @AfterEach
  void every_lease_ends_once() {
    assertThat(recorder.doubles()).isEmpty();
  }

  private void open(int concurrency, int sequences, int cells) {
    fake = new FakeLanguageModel(400, sequences, cells, 128);
    model =
        new LlamaModel(
            new Specs("made-up", Kind.GENERATE, RuntimeKind.LLAMA, Path.of("."))
                .deployment(1, concurrency),
            fake,
            new PromptEncoder(fake.vocabulary(), null, fake.context()),
            clock);
  }

  private void ask(long lease, int tenant, String prompt, int tokens) {
    ask(lease, tenant, prompt, ",\"max_tokens\":" + tokens, new int[0]);
  }

  private void ask(long lease, int tenant, String prompt, String more, int... recorded) {
    Attempt attempt =
        Attempts.of(
            lease, Attempts.json("{\"prompt\":" + quote(prompt) + more + "}"), recorded, 60_000);
    Task task = attempt.task();
    Task owned =
        new Task(
            task.id(), tenant, task.model(), task.input(), task.settings(), 0, 0, 1, task.stamps());
    model.run(
        List.of(
            new Attempt(
                lease, attempt.number(), owned, attempt.recordedIds(), attempt.remainingMillis())),
        recorder);
  }

  private void turn() {
    model.turn(clock.nanoTime());
  }

  private void turnUntilIdle() {
    for (int turns = 0; model.turn(clock.nanoTime()) > 0; turns++) {
      assertThat(turns).as("turns").isLessThan(10_000);
    }
  }

  @Test
  void an_answer_goes_on_from_its_prompt_to_its_length() {
    open(2, 4, 1_000);
    ask(1, 1, "xab", 4);
    turnUntilIdle();
    assertThat(recorder.text(1)).isEqualTo("cdef");
    assertThat(recorder.result(1).finishReason()).isEqualTo("length");
    assertThat(recorder.result(1).usage().promptTokens()).isEqualTo(4);
    assertThat(recorder.result(1).usage().completionTokens()).isEqualTo(4);
  }

  @Test
  void the_model_ends_its_answer_itself() {
    open(2, 4, 1_000);
    ask(1, 1, "so!", 9);
    turnUntilIdle();
    assertThat(recorder.result(1).finishReason()).isEqualTo("stop");
    assertThat(recorder.text(1)).isEmpty();
  }

  @Test
  void all_live_answers_get_a_token_in_every_step() {
    open(4, 8, 2_000);
    for (int lease = 1; lease <= 4; lease++) {
      ask(lease, 1, "p" + (char) ('a' + lease), 10);
    }
    turn();
    for (int step = 0; step < 9; step++) {
      turn();
      assertThat(fake.steps.getLast().tokens().values()).containsExactly(1, 1, 1, 1);
    }
    assertThat(recorder.text(1)).isEqualTo("cdefghijkl");
    assertThat(recorder.text(4)).isEqualTo("fghijklmno");
  }

  @Test
  void a_long_prompt_goes_in_piece_by_piece_beside_running_answers() {
    open(4, 8, 2_000);
    ask(1, 1, "a", 60);
    turn();
    ask(2, 1, "b".repeat(299), 3);
    int before = recorder.tokens(1).size();
    for (int step = 1; step <= 9; step++) {
      turn();
      assertThat(fake.steps.getLast().total()).isEqualTo(1 + StepPlanner.BUSY_PIECE);
      assertThat(recorder.tokens(1)).hasSize(before + step);
    }
    assertThat(recorder.tokens(2)).isEmpty();
    turn();
    assertThat(recorder.tokens(2)).hasSize(1);
  }

  @Test
  void a_prompt_alone_fills_the_steps() {
    open(4, 8, 2_000);
    ask(1, 1, "b".repeat(299), 1);
    turnUntilIdle();
    assertThat(fake.steps.stream().map(FakeLanguageModel.Step::total))
        .containsExactly(128, 128, 44);
  }

  @Test
  void of_two_prompts_the_older_goes_in_first() {
    open(4, 8, 2_000);
    ask(1, 1, "b".repeat(199), 1);
    ask(2, 1, "c".repeat(199), 1);
    turn();
    turn();
    assertThat(recorder.tokens(1)).hasSize(1);
    assertThat(recorder.tokens(2)).isEmpty();
  }

  @Test
  void beyond_the_concurrency_sequences_wait_in_order() {
    open(2, 4, 2_000);
    for (int lease = 1; lease <= 4; lease++) {
      ask(lease, lease, "a", 2);
    }
    turn();
    assertThat(recorder.started()).containsExactly(1L, 2L);
    turnUntilIdle();
    assertThat(recorder.started()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void a_prompt_that_begins_as_an_earlier_one_is_copied_not_decoded() {
    open(2, 8, 2_000);
    String shared = "You are a helpful assistant. ";
    ask(1, 7, shared + "a", 1);
    turnUntilIdle();
    int before = fake.steps.size();
    ask(2, 7, shared + "zebra", 1);
    turnUntilIdle();
    assertThat(fake.copies).containsExactly("30 of 0");
    assertThat(fake.steps.get(before).total()).isEqualTo(5);
    assertThat(model.reusedTokens()).isEqualTo(30);
    assertThat(recorder.text(2)).isEqualTo("b");
  }

  @Test
  void the_same_prompt_decodes_its_last_token_only() {
    open(2, 8, 2_000);
    ask(1, 7, "the quick brown fox jumps", 1);
    turnUntilIdle();
    ask(2, 7, "the quick brown fox jumps", 1);
    turnUntilIdle();
    assertThat(fake.steps.getLast().total()).isEqualTo(1);
    assertThat(recorder.text(2)).isEqualTo(recorder.text(1));
  }

  @Test
  void a_prefix_is_taken_from_an_answer_that_still_runs() {
    open(2, 8, 2_000);
    ask(1, 7, "the quick brown fox jumps", 50);
    turn();
    ask(2, 7, "the quick brown fox sleeps", 1);
    turn();
    assertThat(fake.copies).containsExactly("21 of 0");
  }

  @Test
  void another_tenant_never_begins_with_what_one_asked() {
    open(2, 8, 2_000);
    String shared = "You are a helpful assistant. ";
    ask(1, 7, shared, 1);
    turnUntilIdle();
    ask(2, 8, shared, 1);
    turnUntilIdle();
    assertThat(fake.copies).isEmpty();
    assertThat(model.reusedTokens()).isZero();
  }

  @Test
  void short_beginnings_are_not_worth_a_copy() {
    open(2, 8, 2_000);
    ask(1, 7, "hello there", 1);
    turnUntilIdle();
    ask(2, 7, "hello there", 1);
    turnUntilIdle();
    assertThat(fake.copies).isEmpty();
  }

  @Test
  void kept_sequences_give_way_to_prompts_the_longest_unused_first() {
    open(1, 8, 400);
    ask(1, 1, "first ".repeat(20), 1);
    turnUntilIdle();
    ask(2, 1, "other ".repeat(20), 1);
    turnUntilIdle();
    ask(3, 1, "third ".repeat(40), 1);
    turnUntilIdle();
    assertThat(fake.held()).isLessThanOrEqualTo(400);
    ask(4, 1, "other ".repeat(20), 1);
    turnUntilIdle();
    assertThat(fake.copies).as("the second stayed").hasSize(1);
  }

  @Test
  void the_youngest_gives_way_when_answers_outgrow_the_memory_and_goes_on_later() {
    open(2, 4, 400);
    ask(1, 1, "a".repeat(150), 150);
    ask(2, 2, "b".repeat(150), 150);
    turnUntilIdle();
    assertThat(recorder.result(1).usage().completionTokens()).isEqualTo(150);
    assertThat(recorder.result(2).usage().completionTokens()).isEqualTo(150);
    assertThat(recorder.text(1)).startsWith("bcdefg").hasSize(150);
    assertThat(recorder.text(2)).startsWith("cdefgh").hasSize(150);
    assertThat(recorder.started()).containsExactly(1L, 2L);
  }

  @Test
  void a_cancel_takes_effect_in_the_next_step_and_frees_the_place() {
    open(1, 4, 1_000);
    ask(1, 1, "a", 100);
    ask(2, 1, "b", 1);
    turn();
    model.cancel(1);
    turn();
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(recorder.tokens(1)).hasSize(1);
    assertThat(recorder.text(2)).isEqualTo("c");
  }

  @Test
  void one_that_waits_can_be_cancelled() {
    open(1, 4, 1_000);
    ask(1, 1, "a", 100);
    ask(2, 1, "b", 1);
    turn();
    model.cancel(2);
    turn();
    assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(recorder.started()).containsExactly(1L);
  }

  @Test
  void a_deadline_that_passes_ends_the_answer_with_what_it_has() {
    open(1, 4, 1_000);
    ask(1, 1, "a", 100);
    turn();
    turn();
    clock.advance(Duration.ofMinutes(1));
    turn();
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(recorder.problem(1).message()).contains("after 2 tokens");
  }

  @Test
  void recorded_ids_are_a_prefix_and_are_not_said_again() {
    open(1, 4, 1_000);
    ask(1, 1, "a", ",\"max_tokens\":5", 'b', 'c');
    turnUntilIdle();
    assertThat(recorder.text(1)).isEqualTo("def");
    assertThat(recorder.result(1).usage().completionTokens()).isEqualTo(5);
    assertThat(fake.steps.getFirst().total()).as("in one piece").isEqualTo(4);
  }

  @Test
  void recorded_ids_that_reach_the_end_decode_nothing() {
    open(1, 4, 1_000);
    ask(1, 1, "a", ",\"max_tokens\":2", 'b', 'c');
    turnUntilIdle();
    assertThat(recorder.result(1).finishReason()).isEqualTo("length");
    assertThat(fake.steps).isEmpty();
    ask(2, 1, "a", "", 500);
    turnUntilIdle();
    assertThat(recorder.problem(2).message()).contains("500 is no token");
  }

  @Test
  void a_grammar_is_kept_also_over_recorded_ids() {
    open(1, 4, 1_000);
    ask(1, 1, "a", ",\"max_tokens\":4,\"grammar\":\"bxy\"", 'b');
    turnUntilIdle();
    assertThat(recorder.text(1)).matches("[bxy]*").hasSizeBetween(0, 3);
    ask(2, 1, "a", ",\"grammar\":\"xy\"", 'b');
    turnUntilIdle();
    assertThat(recorder.problem(2).message()).contains("breaks the grammar");
  }

  @Test
  void a_failure_of_the_library_ends_what_ran_and_the_next_one_works() {
    open(2, 4, 1_000);
    ask(1, 1, "the quick brown fox jumps", 9);
    ask(2, 1, "b", 9);
    turn();
    fake.breakNext();
    turn();
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
    assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.RUNTIME_FAILED);
    assertThat(fake.held()).isZero();
    ask(3, 1, "the quick brown fox jumps", 1);
    turnUntilIdle();
    assertThat(recorder.text(3)).isEqualTo("t");
    assertThat(fake.copies).isEmpty();
  }

  @Test
  void a_bad_request_ends_itself_and_nobody_else() {
    open(2, 4, 1_000);
    ask(1, 1, "a", 3);
    ask(2, 1, "b", ",\"temperature\":9");
    ask(3, 1, "x".repeat(400), 3);
    turnUntilIdle();
    assertThat(recorder.text(1)).isEqualTo("bcd");
    assertThat(recorder.problem(2).field()).isEqualTo("/input/temperature");
    assertThat(recorder.problem(3).message()).contains("401 tokens").contains("at most 399");
  }

  @Test
  void what_a_closed_model_still_holds_ends_cancelled() {
    open(1, 4, 1_000);
    ask(1, 1, "a", 100);
    ask(2, 1, "b", 100);
    turn();
    ask(3, 1, "c", 100);
    model.closed();
    for (long lease = 1; lease <= 3; lease++) {
      assertThat(recorder.problem(lease).code()).isEqualTo(ErrorCode.CANCELLED);
    }
    assertThat(fake.closed()).isTrue();
    ask(4, 1, "d", 1);
    assertThat(recorder.problem(4).code()).isEqualTo(ErrorCode.CANCELLED);
  }
}
