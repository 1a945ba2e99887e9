package dev.millrace.streams;

import static dev.millrace.domain.task.Durability.FSYNC;
import static dev.millrace.domain.task.Durability.MEMORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TaskStreamTest {
  private final Streaming world = new Streaming();

  @Test
  void events_are_numbered_from_zero_without_a_hole() {
    var writer = world.streams.open(world.task(MEMORY));
    assertThat(writer.append(new Token(5, "Once"))).isZero();
    assertThat(writer.append(new Notice(StreamEvent.Code.RESTART, 2))).isEqualTo(1);
    assertThat(writer.append(Streaming.SUCCEEDED)).isEqualTo(2);
    assertThat(writer.nextNumber()).isEqualTo(3);
  }

  @Test
  void a_durable_event_is_shown_only_after_it_was_written() {
    var task = world.task(FSYNC);
    var writer = world.streams.open(task);
    var cursor = world.find(task.id()).follow(0, () -> {});
    writer.append(new Token(1, "a"));
    writer.append(new Token(2, "b"));
    assertThat(cursor.next()).isNull();
    world.log.writeOne();
    assertThat(Streaming.read(cursor)).containsExactly(new Token(1, "a"));
    world.log.writeOne();
    assertThat(Streaming.read(cursor)).containsExactly(new Token(2, "b"));
    assertThat(cursor.number()).isEqualTo(1);
  }

  @Test
  void a_reader_may_begin_at_any_number_also_one_that_is_still_to_come() {
    var task = world.task(MEMORY);
    var writer = world.streams.open(task);
    writer.append(new Token(1, "a"));
    var late = world.find(task.id()).follow(2, () -> {});
    writer.append(new Token(2, "b"));
    assertThat(late.next()).isNull();
    writer.append(new Token(3, "c"));
    assertThat(late.next()).isEqualTo(new Token(3, "c"));
    assertThat(late.number()).isEqualTo(2);
  }

  @Test
  void a_call_is_as_far_ahead_as_its_fastest_reader_is_behind() {
    var task = world.task(MEMORY, OnDisconnect.CANCEL);
    var writer = world.streams.open(task);
    writer.append(new Token(1, "a"));
    assertThat(writer.lead()).as("nobody reads").isZero();
    var fast = world.find(task.id()).follow(0, () -> {});
    var slow = world.find(task.id()).follow(0, () -> {});
    writer.append(new Token(2, "b"));
    assertThat(writer.lead()).isEqualTo(2);
    fast.next();
    assertThat(writer.lead()).isEqualTo(1);
    Streaming.read(fast);
    slow.next();
    assertThat(writer.lead()).isZero();
    fast.close();
    assertThat(writer.lead()).isEqualTo(1);
  }

  @Test
  void what_goes_on_without_its_client_waits_for_no_reader() {
    var task = world.task(MEMORY, OnDisconnect.DETACH);
    var writer = world.streams.open(task);
    world.find(task.id()).follow(0, () -> {});
    writer.append(new Token(1, "a"));
    assertThat(writer.lead()).isZero();
  }

  @Test
  void a_reader_is_woken_by_news_and_never_after_it_left() {
    var task = world.task(MEMORY);
    var writer = world.streams.open(task);
    var woken = new AtomicInteger();
    var view = world.find(task.id());
    var cursor = view.follow(0, woken::incrementAndGet);
    var other = view.follow(0, () -> {});
    writer.append(new Token(1, "a"));
    assertThat(woken).hasValue(1);
    cursor.close();
    cursor.close();
    writer.append(new Token(2, "b"));
    assertThat(woken).hasValue(1);
    assertThat(Streaming.read(other)).hasSize(2);
  }

  @Test
  void nothing_comes_after_the_end() {
    var writer = world.streams.open(world.task(MEMORY));
    writer.append(Streaming.SUCCEEDED);
    assertThatThrownBy(() -> writer.append(new Token(1, "a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after the end");
  }

  @Test
  void the_state_moves_forward_with_what_is_shown() {
    var task = world.task(FSYNC);
    var writer = world.streams.open(task);
    var view = world.find(task.id());
    assertThat(view.state()).isEqualTo(TaskState.QUEUED);
    writer.running(1);
    assertThat(view.state()).isEqualTo(TaskState.RUNNING);
    writer.append(Streaming.SUCCEEDED);
    assertThat(view.state()).isEqualTo(TaskState.RUNNING);
    world.log.writeAll();
    assertThat(view.state()).isEqualTo(TaskState.SUCCEEDED);
    assertThat(view.end()).isEqualTo(Streaming.SUCCEEDED);
    assertThat(task.stamps().at(Stamp.RECORDED)).isPositive();
  }

  @Test
  void the_tokens_so_far_are_the_prefix_of_a_further_attempt() {
    var writer = world.streams.open(world.task(MEMORY));
    writer.append(new Token(7, "Once"));
    writer.append(new Notice(StreamEvent.Code.DEGRADED, 1));
    writer.append(new Token(9, " upon"));
    assertThat(writer.tokenIds()).containsExactly(7, 9);
    assertThat(writer.text()).isEqualTo("Once upon");
  }

  @Test
  void what_stands_before_a_restart_is_no_prefix() {
    var writer = world.streams.open(world.task(MEMORY));
    writer.append(new Token(7, "Once"));
    writer.append(new Notice(StreamEvent.Code.RESTART, 2));
    writer.append(new Token(9, "Again"));
    assertThat(writer.tokenIds()).containsExactly(9);
    assertThat(writer.text()).isEqualTo("Again");
  }

  @Test
  void a_restored_stream_goes_on_where_it_was() {
    var task = world.task(FSYNC);
    var writer = world.streams.restore(task, List.of(new Token(1, "a"), new Token(2, "b")));
    var cursor = world.find(task.id()).follow(1, () -> {});
    assertThat(Streaming.read(cursor)).containsExactly(new Token(2, "b"));
    assertThat(writer.append(new Token(3, "c"))).isEqualTo(2);
    world.log.writeAll();
    assertThat(Streaming.read(cursor)).containsExactly(new Token(3, "c"));
  }

  /**
   * Forbidden: a reader that sleeps while there is news, or sees a number twice or out of order.
   */
  @Test
  void readers_that_come_while_the_writer_writes_miss_nothing() throws InterruptedException {
    int events = 20_000;
    var task = world.task(MEMORY);
    var writer = world.streams.open(task);
    var done = new CountDownLatch(3);
    var failures = new ArrayList<String>();
    for (int reader = 0; reader < 3; reader++) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                Thread me = Thread.currentThread();
                var cursor = world.find(task.id()).follow(0, () -> LockSupport.unpark(me));
                int expected = 0;
                while (expected <= events) {
                  var event = cursor.next();
                  if (event == null) {
                    LockSupport.park(cursor);
                  } else if (event instanceof Token(var id, var _) && id != expected) {
                    synchronized (failures) {
                      failures.add("saw " + id + " (expected: " + expected + ")");
                    }
                    break;
                  } else {
                    expected++;
                  }
                }
                done.countDown();
              });
    }
    for (int i = 0; i < events; i++) {
      writer.append(new Token(i, ""));
    }
    writer.append(Streaming.SUCCEEDED);
    assertThat(done.await(20, TimeUnit.SECONDS)).as("a reader slept on").isTrue();
    assertThat(failures).isEmpty();
  }
}
