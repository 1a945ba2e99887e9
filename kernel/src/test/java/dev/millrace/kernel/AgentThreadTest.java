package dev.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that turns an agent while there is work, rests while there is none, and is woken. */
@Timeout(60)
class AgentThreadTest {

  private static final long PATIENCE_SECONDS = 20;

  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final AgentThread thread =
      new AgentThread(Clock.system(), (name, failure) -> failures.add(name + ": " + failure));

  @AfterEach
  void close() {
    thread.close();
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(what).isTrue();
  }

  /** Takes what it is sent, one piece a turn. */
  private static class Counter implements Agent {
    final AtomicInteger sent = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicReference<Thread> turnedBy = new AtomicReference<>();
    volatile CountDownLatch all = new CountDownLatch(0);

    @Override
    public String name() {
      return "counter";
    }

    @Override
    public int turn(long nowNanos) {
      turnedBy.set(Thread.currentThread());
      if (taken.get() >= sent.get()) {
        return 0;
      }
      taken.incrementAndGet();
      all.countDown();
      return 1;
    }

    @Override
    public void closed() {
      closed.countDown();
    }
  }

  @Test
  void it_turns_the_agent_on_a_daemon_thread_of_the_agents_name() throws Exception {
    Counter agent = new Counter();
    agent.all = new CountDownLatch(3);
    agent.sent.set(3);
    thread.start(agent);
    await(agent.all, "three pieces of work");
    Thread own = agent.turnedBy.get();
    assertThat(own.getName()).isEqualTo("counter");
    assertThat(own.isDaemon()).isTrue();
    assertThat(own.isVirtual()).isFalse();
  }

  @Test
  void it_turns_one_agent_and_no_second() {
    thread.start(new Counter());
    assertThatThrownBy(() -> thread.start(new Counter()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("already turns an agent");
  }

  /** Forbidden: work that was sent before the wake-up and lies there while the thread rests. */
  @Test
  void no_wake_up_is_lost_however_sending_and_resting_meet() throws Exception {
    Counter agent = new Counter();
    thread.start(agent);
    for (int round = 0; round < 3_000; round++) {
      CountDownLatch one = new CountDownLatch(1);
      agent.all = one;
      agent.sent.incrementAndGet();
      thread.wake();
      await(one, "round " + round + " was slept through");
    }
    assertThat(agent.taken).hasValue(3_000);
  }

  @Test
  void it_wakes_by_itself_when_a_deadline_comes() throws Exception {
    CountDownLatch due = new CountDownLatch(1);
    AtomicLong deadline = new AtomicLong(Clock.system().nanoTime() + 30_000_000);
    thread.start(
        new Counter() {
          @Override
          public int turn(long nowNanos) {
            if (nowNanos - deadline.get() >= 0) {
              deadline.set(Long.MAX_VALUE);
              due.countDown();
            }
            return 0;
          }

          @Override
          public long nextDeadline() {
            return deadline.get();
          }
        });
    await(due, "its deadline");
  }

  @Test
  void a_turn_that_throws_ends_it_tells_who_must_know_and_closes_the_agent() throws Exception {
    Counter agent =
        new Counter() {
          @Override
          public int turn(long nowNanos) {
            throw new IllegalStateException("a defect");
          }
        };
    thread.start(agent);
    await(agent.closed, "its close");
    assertThat(failures).containsExactly("counter: java.lang.IllegalStateException: a defect");
    thread.wake();
    thread.close();
  }

  @Test
  void an_error_is_told_as_well() throws Exception {
    Counter agent =
        new Counter() {
          @Override
          public int turn(long nowNanos) {
            throw new StackOverflowError();
          }
        };
    thread.start(agent);
    await(agent.closed, "its close");
    assertThat(failures).singleElement().asString().contains("StackOverflowError");
  }

  @Test
  void a_close_ends_it_also_while_it_rests_and_the_agent_is_closed_once_on_its_own_thread()
      throws Exception {
    AtomicInteger closes = new AtomicInteger();
    AtomicReference<Thread> closedBy = new AtomicReference<>();
    Counter agent =
        new Counter() {
          @Override
          public void closed() {
            closes.incrementAndGet();
            closedBy.set(Thread.currentThread());
            super.closed();
          }
        };
    agent.all = new CountDownLatch(1);
    agent.sent.set(1);
    thread.start(agent);
    await(agent.all, "its work");
    thread.close();
    thread.close();
    await(agent.closed, "its close");
    assertThat(closes).hasValue(1);
    assertThat(closedBy.get()).isSameAs(agent.turnedBy.get());
    assertThat(closedBy.get().isAlive()).isFalse();
    assertThat(failures).isEmpty();
  }

  @Test
  void an_agent_may_close_its_own_thread() throws Exception {
    Counter agent =
        new Counter() {
          @Override
          public int turn(long nowNanos) {
            thread.close();
            return 1;
          }
        };
    thread.start(agent);
    await(agent.closed, "its close");
    assertThat(failures).isEmpty();
  }

  @Test
  void one_that_was_never_started_is_woken_and_closed_without_harm() {
    thread.wake();
    thread.close();
    assertThat(failures).isEmpty();
  }
}
