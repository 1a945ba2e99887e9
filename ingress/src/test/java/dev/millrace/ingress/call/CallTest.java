package dev.millrace.ingress.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Code;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.ingress.http.Loop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One client and one task: what the reader sees, in which order, whoever is early or late. */
class CallTest {

  private static final int PATIENCE_SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private final StillLine line = new StillLine();
  private final Door door = new Door();
  private Loop loop;
  private Call call;

  /** Writes down what it is given; takes as many events as it has room for. */
  private final class Door implements Call.Reader {

    private final List<String> seen = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private Runnable atAck = () -> {};
    private Runnable atEvent = () -> {};

    @Override
    public void acknowledged(StreamView stream) {
      see("ack " + stream.state());
      atAck.run();
    }

    @Override
    public void refused(Problem problem) {
      see("refused " + problem.code());
    }

    @Override
    public boolean ready() {
      return room > 0;
    }

    @Override
    public void event(int number, StreamEvent event) {
      room--;
      see(
          switch (event) {
            case Token(var _, var text) -> number + " " + text;
            case Notice(var code, var _) -> number + " " + code;
            case End end -> number + " " + end.state();
          });
      atEvent.run();
    }

    private void see(String what) {
      seen.add(loop.isCurrent() ? what : what + " on another thread");
    }
  }

  @BeforeEach
  void start() throws Exception {
    Context context = vertx.getOrCreateContext();
    CompletableFuture<Loop> made = new CompletableFuture<>();
    context.runOnContext(_ -> made.complete(new Loop(context)));
    loop = made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    call = new Call(line.line(), loop, door);
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  /** Does it on the loop, and lets the loop do what came of it. */
  private void onLoop(Runnable work) {
    CountDownLatch done = new CountDownLatch(1);
    loop.enqueue(
        () -> {
          work.run();
          done.countDown();
        });
    await(done);
    settle();
  }

  private void settle() {
    CountDownLatch gathered = new CountDownLatch(1);
    loop.gather(gathered::countDown);
    await(gathered);
    CountDownLatch queued = new CountDownLatch(1);
    loop.enqueue(queued::countDown);
    await(queued);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private void say(StreamEvent... events) {
    line.stream.append(events);
    settle();
  }

  private static Token token(String text) {
    return new Token(1, text);
  }

  private static End end() {
    return new End(TaskState.SUCCEEDED, "stop", Usage.NONE, List.of(), List.of(), null);
  }

  private Task submit(OnDisconnect onDisconnect) {
    Task task = StillLine.task(onDisconnect);
    onLoop(() -> call.submit(task));
    return task;
  }

  private void acknowledge(Task task) {
    line.keep(task);
    line.listener.acknowledged(task);
    settle();
  }

  @Test
  void nothing_is_seen_before_the_acknowledgement_and_then_all_in_order() {
    Task task = submit(OnDisconnect.DETACH);
    assertThat(door.seen).isEmpty();
    acknowledge(task);
    say(token("a"), new Notice(Code.RESTART, 2));
    say(token("b"), end());
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a", "1 RESTART", "2 b", "3 SUCCEEDED");
    assertThat(call.lastNumber()).isEqualTo(3);
    assertThat(call.isClosed()).isTrue();
    assertThat(line.stream.followers).isZero();
  }

  @Test
  void events_that_were_there_before_the_acknowledgement_follow_it() {
    Task task = submit(OnDisconnect.DETACH);
    line.keep(task).append(token("a"), end());
    line.listener.acknowledged(task);
    settle();
    assertThat(door.seen).containsExactly("ack SUCCEEDED", "0 a", "1 SUCCEEDED");
  }

  @Test
  void an_acknowledgement_on_the_loop_itself_while_submitting_is_as_good() {
    line.answerAtOnce = true;
    submit(OnDisconnect.DETACH);
    say(token("a"));
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a");
  }

  @Test
  void the_hand_offs_are_stamped_once() {
    Task task = submit(OnDisconnect.DETACH);
    line.nanos = 40;
    acknowledge(task);
    line.nanos = 50;
    say(token("a"));
    assertThat(task.stamps().at(Stamp.ACKNOWLEDGED)).isEqualTo(40);
    assertThat(task.stamps().at(Stamp.DELIVERED)).as("before the end").isZero();
    say(end());
    assertThat(task.stamps().at(Stamp.DELIVERED)).isEqualTo(50);
    line.nanos = 60;
    Call second = new Call(line.line(), loop, new Door());
    onLoop(() -> second.resume(task.id(), task.tenant(), 0));
    assertThat(task.stamps().at(Stamp.DELIVERED)).as("by who came later").isEqualTo(50);
  }

  @Test
  void a_refusal_is_told_once_and_nothing_follows() {
    Task task = submit(OnDisconnect.CANCEL);
    line.listener.refused(Problem.of(ErrorCode.OVERLOADED, "full"));
    line.listener.refused(Problem.of(ErrorCode.OVERLOADED, "full"));
    settle();
    onLoop(call::clientGone);
    assertThat(door.seen).containsExactly("refused OVERLOADED");
    assertThat(line.cancelled).as("nothing was kept, so nothing is cancelled").isEmpty();
    assertThat(call.task()).isEqualTo(task);
  }

  @Test
  void a_client_that_left_before_the_refusal_hears_nothing() {
    submit(OnDisconnect.CANCEL);
    onLoop(call::clientGone);
    line.listener.refused(Problem.of(ErrorCode.OVERLOADED, "full"));
    settle();
    assertThat(door.seen).isEmpty();
    assertThat(line.cancelled).isEmpty();
  }

  @Test
  void a_duplicate_follows_the_original_from_its_beginning() {
    submit(OnDisconnect.DETACH);
    Task original = StillLine.task(OnDisconnect.DETACH);
    line.keep(original).append(token("first"), end());
    line.listener.duplicate(original.id());
    settle();
    assertThat(door.seen).containsExactly("ack SUCCEEDED", "0 first", "1 SUCCEEDED");
    assertThat(call.task()).isSameAs(original);
  }

  @Test
  void an_unknown_or_expired_stream_and_anothers_are_not_found() {
    Task task = StillLine.task(OnDisconnect.DETACH);
    onLoop(() -> call.resume(task.id(), task.tenant(), 0));
    line.keep(task);
    Call other = new Call(line.line(), loop, door);
    onLoop(() -> other.resume(task.id(), task.tenant() + 1, 0));
    assertThat(door.seen).containsExactly("refused NOT_FOUND", "refused NOT_FOUND");
    assertThat(call.isClosed()).isTrue();
  }

  @Test
  void a_resume_begins_at_any_number_even_beyond_what_is_there() {
    Task task = StillLine.task(OnDisconnect.DETACH);
    line.keep(task).append(token("a"), token("b"));
    onLoop(() -> call.resume(task.id(), task.tenant(), 1));
    Door late = new Door();
    Call beyond = new Call(line.line(), loop, late);
    onLoop(() -> beyond.resume(task.id(), task.tenant(), 3));
    assertThat(beyond.lastNumber()).isEqualTo(2);
    say(token("c"), token("d"));
    assertThat(door.seen).containsExactly("ack RUNNING", "1 b", "2 c", "3 d");
    assertThat(late.seen).containsExactly("ack RUNNING", "3 d");
  }

  @Test
  void a_reader_without_room_is_given_nothing_until_it_is_pumped() {
    door.room = 1;
    acknowledge(submit(OnDisconnect.DETACH));
    say(token("a"), token("b"), token("c"), end());
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a");
    onLoop(call::pump);
    assertThat(door.seen).hasSize(2);
    onLoop(
        () -> {
          door.room = 2;
          call.pump();
        });
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a", "1 b", "2 c");
    assertThat(call.isClosed()).as("the end is not yet given").isFalse();
    onLoop(
        () -> {
          door.room = 1;
          call.pump();
        });
    assertThat(door.seen).endsWith("3 SUCCEEDED");
  }

  @Test
  void a_pump_before_the_acknowledgement_and_after_the_end_does_nothing() {
    onLoop(call::pump);
    Task task = submit(OnDisconnect.DETACH);
    onLoop(call::pump);
    acknowledge(task);
    say(end());
    onLoop(call::pump);
    line.stream.wakeAll();
    settle();
    assertThat(door.seen).containsExactly("ack QUEUED", "0 SUCCEEDED");
  }

  @Test
  void a_reader_that_closes_in_the_middle_gets_nothing_more_and_the_task_goes_on() {
    door.atEvent = () -> call.close();
    acknowledge(submit(OnDisconnect.CANCEL));
    say(token("a"), token("b"), end());
    onLoop(call::clientGone);
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a");
    assertThat(line.stream.followers).isZero();
    assertThat(line.cancelled).as("it was closed by its door, not by a client").isEmpty();
  }

  @Test
  void a_door_that_closes_at_the_acknowledgement_follows_nothing() {
    door.atAck = () -> call.close();
    acknowledge(submit(OnDisconnect.CANCEL));
    say(token("a"));
    assertThat(door.seen).containsExactly("ack QUEUED");
    assertThat(line.stream.followers).isZero();
    assertThat(line.cancelled).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(OnDisconnect.class)
  void a_client_gone_in_the_middle_cancels_or_detaches_as_its_task_says(OnDisconnect setting) {
    Task task = submit(setting);
    acknowledge(task);
    say(token("a"));
    onLoop(call::clientGone);
    onLoop(call::clientGone);
    say(token("b"), end());
    assertThat(door.seen).containsExactly("ack QUEUED", "0 a");
    assertThat(line.stream.followers).isZero();
    assertCancelled(setting, task);
  }

  @ParameterizedTest
  @EnumSource(OnDisconnect.class)
  void a_client_gone_before_the_acknowledgement_is_seen_to_when_it_comes(OnDisconnect setting) {
    Task task = submit(setting);
    onLoop(call::clientGone);
    assertThat(line.cancelled).as("not kept yet").isEmpty();
    acknowledge(task);
    assertThat(door.seen).isEmpty();
    assertCancelled(setting, task);
  }

  @ParameterizedTest
  @EnumSource(OnDisconnect.class)
  void a_client_found_gone_while_it_is_told_of_the_acknowledgement(OnDisconnect setting) {
    door.atAck = () -> call.clientGone();
    Task task = submit(setting);
    acknowledge(task);
    say(token("a"));
    assertThat(door.seen).containsExactly("ack QUEUED");
    assertCancelled(setting, task);
  }

  private void assertCancelled(OnDisconnect setting, Task task) {
    if (setting == OnDisconnect.CANCEL) {
      assertThat(line.cancelled).containsExactly(task.id() + " CLIENT_GONE");
    } else {
      assertThat(line.cancelled).isEmpty();
    }
  }

  @Test
  void a_client_gone_after_the_end_cancels_nothing() {
    Task task = submit(OnDisconnect.CANCEL);
    acknowledge(task);
    say(end());
    onLoop(call::clientGone);
    assertThat(line.cancelled).isEmpty();
  }

  @Test
  void a_thousand_wake_ups_while_the_loop_is_busy_cost_one_look() throws Exception {
    acknowledge(submit(OnDisconnect.DETACH));
    for (boolean streaming : new boolean[] {false, true}) {
      int before = line.stream.looks.get();
      CountDownLatch busy = new CountDownLatch(1);
      loop.enqueue(() -> await(busy));
      Thread[] writers = new Thread[4];
      for (int i = 0; i < writers.length; i++) {
        writers[i] =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int wakes = 0; wakes < 250; wakes++) {
                        call.wake();
                      }
                    });
      }
      for (Thread writer : writers) {
        writer.join();
      }
      busy.countDown();
      settle();
      settle();
      assertThat(line.stream.looks.get() - before).as("streaming: " + streaming).isEqualTo(1);
      say(token("from now on wake-ups are gathered"));
    }
  }

  @Test
  void news_that_come_while_the_reader_is_given_others_are_not_lost() {
    int[] more = {200};
    door.atEvent =
        () -> {
          if (more[0]-- > 0) {
            line.stream.append(token("again"));
          }
        };
    acknowledge(submit(OnDisconnect.DETACH));
    say(token("first"));
    settle();
    assertThat(door.seen).hasSize(202).endsWith("200 again");
  }
}
