package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EndedTasksTest {

  private record Entry(long id, long position, long wallMillis) {}

  @ParameterizedTest
  @MethodSource("seeds")
  void behaves_like_a_plain_queue(long seed) {
    Random random = new Random(seed);
    EndedTasks ended = new EndedTasks();
    Deque<Entry> model = new ArrayDeque<>();
    long wall = 0;
    for (int round = 0; round < 40; round++) {
      for (int left = random.nextInt(500); left > 0; left--) {
        wall += random.nextInt(3);
        Entry entry = new Entry(random.nextLong(), wall * 10, wall);
        model.addLast(entry);
        ended.add(new TaskId(1, entry.id, false), entry.position, entry.wallMillis);
      }
      long before = wall - random.nextInt(2_000);
      ended.dropBefore(before);
      while (!model.isEmpty() && model.getFirst().wallMillis < before) {
        model.removeFirst();
      }
      List<Entry> found = new ArrayList<>();
      ended.forEach((id, position, at) -> found.add(new Entry(id.low(), position, at)));
      assertThat(found).isEqualTo(List.copyOf(model));
      assertThat(ended.size()).isEqualTo(model.size());
      assertThat(ended.oldest()).isEqualTo(model.isEmpty() ? 0 : model.getFirst().position);
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }
}
