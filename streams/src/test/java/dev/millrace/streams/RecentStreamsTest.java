package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Durability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentStreamsTest {

  private final Streaming world = new Streaming();

  private TaskStream stream() {
    return new TaskStream(world.task(Durability.MEMORY), world.streams);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 4", "1000, 512"})
  void it_holds_the_newest_and_pushes_the_oldest_out(int capacity, int held) {
    RecentStreams recent = new RecentStreams(capacity);
    List<TaskStream> pushed = new ArrayList<>();
    for (int i = 0; i < held; i++) {
      TaskStream next = stream();
      pushed.add(next);
      assertThat(recent.push(next)).isNull();
    }
    for (int i = 0; i < 2 * held; i++) {
      TaskStream next = stream();
      pushed.add(next);
      assertThat(recent.push(next)).isSameAs(pushed.get(i));
    }
  }

  @Test
  void each_stream_leaves_once_and_none_is_lost() {
    RecentStreams recent = new RecentStreams(8);
    List<TaskStream> out = new ArrayList<>();
    List<TaskStream> in = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TaskStream next = stream();
      in.add(next);
      TaskStream left = recent.push(next);
      if (left != null) {
        out.add(left);
      }
    }
    assertThat(out).isEqualTo(in.subList(0, 92));
  }
}
