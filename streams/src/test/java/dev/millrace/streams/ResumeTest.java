package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.port.StreamWriter;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that comes back for any number is told what is there from it on, and always the end. */
class ResumeTest {

  private static final int LAST = 3; // tokens 0, 1, 2 and the end

  private final Streaming world = new Streaming();

  private StreamWriter writer;

  private Task live(Durability durability, String... words) {
    Task task = world.task(durability);
    writer = world.streams.open(task);
    for (String word : words) {
      writer.append(new Token(writer.nextNumber(), word));
    }
    world.log.writeAll();
    return task;
  }

  private static List<Integer> numbers(StreamView.Cursor cursor) {
    List<Integer> numbers = new ArrayList<>();
    while (cursor.next() != null) {
      numbers.add(cursor.number());
    }
    return numbers;
  }

  private List<Integer> numbersOf(Task task, int from) {
    try (var cursor = world.find(task.id()).follow(from, () -> {})) {
      assertThat(cursor.number()).isEqualTo(from - 1);
      return numbers(cursor);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 1 2 3",
    "1, 1 2 3",
    "2, 2 3",
    "3, 3",
    "4, 3",
    "5, 3",
    "1000000, 3",
    "2147483647, 3"
  })
  void an_ended_stream_gives_what_is_left_and_at_least_its_end(int from, String expected) {
    List<Integer> numbers =
        java.util.Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList();
    for (Durability durability : Durability.values()) {
      Task task = world.ended(durability, "a", "b", "c");
      assertThat(numbersOf(task, from)).as("recent").isEqualTo(numbers);
      world.ended(Durability.FSYNC, "x");
      world.ended(Durability.FSYNC, "y");
      assertThat(numbersOf(task, from)).as("archived, " + durability).isEqualTo(numbers);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 500, Integer.MAX_VALUE})
  void who_waits_for_a_number_that_never_comes_is_woken_by_the_end_and_given_it(int from) {
    for (Durability durability : Durability.values()) {
      Task task = live(durability, "a", "b", "c");
      List<String> woken = new ArrayList<>();
      var cursor = world.find(task.id()).follow(from, () -> woken.add("news"));
      assertThat(cursor.next()).isNull();
      writer.append(Streaming.SUCCEEDED);
      world.log.writeAll();
      assertThat(woken).isNotEmpty();
      assertThat(cursor.next()).isEqualTo(Streaming.SUCCEEDED);
      assertThat(cursor.number()).isEqualTo(LAST);
      assertThat(cursor.next()).isNull();
      assertThat(cursor.number()).isEqualTo(LAST);
    }
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void the_end_is_given_once_to_whoever_read_all_before_it(Durability durability) {
    Task task = live(durability, "a");
    var cursor = world.find(task.id()).follow(0, () -> {});
    assertThat(numbers(cursor)).containsExactly(0);
    writer.append(Streaming.SUCCEEDED);
    world.log.writeAll();
    assertThat(numbers(cursor)).containsExactly(1);
    assertThat(numbers(cursor)).isEmpty();
  }

  @Test
  void an_end_that_is_not_yet_recorded_is_nobodys_news() {
    Task task = live(Durability.FSYNC, "a");
    writer.append(Streaming.SUCCEEDED);
    var beyond = world.find(task.id()).follow(9, () -> {});
    assertThat(beyond.next()).isNull();
    world.log.writeAll();
    assertThat(beyond.next()).isEqualTo(Streaming.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void a_stream_that_goes_on_is_followed_from_any_number_without_a_hole_or_a_double(int from) {
    Task task = live(Durability.FSYNC, "a", "b");
    var cursor = world.find(task.id()).follow(from, () -> {});
    List<Integer> seen = new ArrayList<>(numbers(cursor));
    for (int i = 0; i < 3; i++) {
      writer.append(new Token(writer.nextNumber(), "more"));
      world.log.writeAll();
      seen.addAll(numbers(cursor));
    }
    List<Integer> expected = new ArrayList<>();
    for (int number = from; number < 5; number++) {
      expected.add(number);
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void a_stream_of_nothing_but_its_end_is_told_from_any_number() {
    Task task = world.ended(Durability.MEMORY);
    assertThat(numbersOf(task, 0)).containsExactly(0);
    assertThat(numbersOf(task, 1)).containsExactly(0);
    List<StreamEvent> all = new ArrayList<>();
    try (var cursor = world.find(task.id()).follow(0, () -> {})) {
      for (StreamEvent event; (event = cursor.next()) != null; ) {
        all.add(event);
      }
    }
    assertThat(all).containsExactly(Streaming.SUCCEEDED);
  }
}
