package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranscriptTest {

  private final Streaming world = new Streaming();

  private static End anyEnd(Random random) {
    TaskState[] terminal =
        Arrays.stream(TaskState.values()).filter(TaskState::isTerminal).toArray(TaskState[]::new);
    TaskState state = terminal[random.nextInt(terminal.length)];
    if (state != TaskState.SUCCEEDED) {
      ErrorCode[] codes = ErrorCode.values();
      String message = "m".repeat(random.nextInt(40));
      return End.failed(state, Problem.of(codes[random.nextInt(codes.length)], message));
    }
    List<Tensor> outputs =
        random.nextBoolean()
            ? List.of()
            : List.of(Tensor.ofFloats("p", new long[] {1, 2}, new float[] {1, Float.NaN}));
    return new End(
        state,
        random.nextBoolean() ? "stop" : null,
        new Usage(random.nextInt(100), random.nextInt(100)),
        random.nextBoolean() ? List.of() : List.of("truncated:tokens", "žluť"),
        outputs,
        null);
  }

  private static StreamEvent[] anyEvents(Random random) {
    List<StreamEvent> events = new ArrayList<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      Code[] codes = Code.values();
      events.add(
          random.nextInt(6) == 0
              ? new Notice(codes[random.nextInt(codes.length)], 1 + random.nextInt(9))
              : new Token(random.nextInt(-1, 50_000), "😀a".substring(0, 2 * random.nextInt(2))));
    }
    events.add(anyEnd(random));
    return events.toArray(StreamEvent[]::new);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatever_was_said_is_read_back_as_it_was(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      Task task = world.task(random.nextBoolean() ? Durability.FSYNC : Durability.MEMORY);
      StreamEvent[] events = anyEvents(random);
      int attempt = random.nextInt(5);
      byte[] bytes = Transcript.encode(task, attempt, events, events.length);
      ArchivedStream back = Transcript.decode(bytes, world.clock);
      assertThat(back.events()).as("seed %d, round %d", seed, round).hasSize(events.length);
      for (int i = 0; i < events.length - 1; i++) {
        assertThat(back.events()[i]).as("seed %d, round %d", seed, round).isEqualTo(events[i]);
      }
      assertThat(back.end())
          .usingRecursiveComparison()
          .as("seed %d, round %d", seed, round)
          .isEqualTo(events[events.length - 1]);
      assertThat(back.attempt()).isEqualTo(attempt);
      assertThat(back.task().id()).isEqualTo(task.id());
      assertThat(back.task().settings()).isEqualTo(task.settings());
      assertThat(back.task().tenant()).isEqualTo(Streaming.TENANT);
    }
  }

  @Test
  void the_time_between_stamps_is_kept_and_what_was_never_reached_stays_so() {
    Task task = world.task(Durability.FSYNC);
    long accepted = task.stamps().at(Stamp.ACCEPTED);
    task.stamps().mark(Stamp.QUEUED, accepted + 5);
    task.stamps().mark(Stamp.RECORDED, accepted + 1_000_000_007);
    StreamEvent[] events = {Streaming.SUCCEEDED};
    var back = Transcript.decode(Transcript.encode(task, 1, events, 1), world.clock);
    var stamps = back.task().stamps();
    long base = stamps.at(Stamp.ACCEPTED);
    assertThat(base).isPositive();
    assertThat(stamps.at(Stamp.QUEUED) - base).isEqualTo(5);
    assertThat(stamps.at(Stamp.RECORDED) - base).isEqualTo(1_000_000_007);
    assertThat(stamps.at(Stamp.LEASED)).isZero();
  }

  @Test
  void an_input_is_left_out() {
    Task task = world.task(Durability.FSYNC);
    byte[] bytes = Transcript.encode(task, 1, new StreamEvent[] {Streaming.SUCCEEDED}, 1);
    assertThat(Transcript.decode(bytes, world.clock).task().input().size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 2, -1, 127})
  void another_format_is_refused_with_the_one_found_and_the_one_expected(byte format) {
    byte[] bytes =
        Transcript.encode(
            world.task(Durability.FSYNC), 1, new StreamEvent[] {Streaming.SUCCEEDED}, 1);
    bytes[0] = format;
    assertThatThrownBy(() -> Transcript.decode(bytes, world.clock))
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("a transcript of format " + format + " (expected: 1)");
  }

  @Test
  void one_without_an_end_is_refused() {
    Task task = world.task(Durability.FSYNC);
    for (StreamEvent[] events :
        List.of(new StreamEvent[0], new StreamEvent[] {new Token(1, "a")})) {
      byte[] bytes = Transcript.encode(task, 1, events, events.length);
      assertThatThrownBy(() -> Transcript.decode(bytes, world.clock))
          .isInstanceOf(MalformedBytes.class)
          .hasMessageContaining("without an end");
    }
  }

  /** What a disk may give back: each is a transcript or is refused as malformed, nothing else. */
  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7})
  void bytes_that_are_cut_or_changed_are_refused_or_read_and_never_break_the_reader(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      StreamEvent[] events = anyEvents(random);
      byte[] whole = Transcript.encode(world.task(Durability.FSYNC), 1, events, events.length);
      for (int i = 0; i < 40; i++) {
        byte[] damaged =
            random.nextBoolean()
                ? Arrays.copyOf(whole, random.nextInt(whole.length))
                : whole.clone();
        if (damaged.length > 0) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        try {
          assertThat(Transcript.decode(damaged, world.clock).end()).isNotNull();
        } catch (MalformedBytes refused) {
          assertThat(refused).as("seed %d, round %d", seed, round).hasMessageContaining("");
        }
      }
    }
  }
}
