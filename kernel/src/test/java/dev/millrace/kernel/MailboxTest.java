package dev.millrace.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The way into every agent: bounded, in order a sender, and never a message without a wake-up. */
class MailboxTest {

  private final AtomicInteger wakes = new AtomicInteger();

  private Mailbox<Integer> mailbox(int capacity) {
    return new Mailbox<>(capacity, wakes::incrementAndGet);
  }

  @Test
  void a_full_mailbox_refuses_and_wakes_nobody_and_room_is_room_again() {
    Mailbox<Integer> mailbox = mailbox(8);
    for (int i = 0; i < mailbox.capacity(); i++) {
      assertThat(mailbox.offer(i)).isTrue();
    }
    int woken = wakes.get();
    assertThat(mailbox.offer(99)).isFalse();
    assertThat(wakes).hasValue(woken);
    assertThat(mailbox.size()).isEqualTo(mailbox.capacity());
    assertThat(mailbox.poll()).isZero();
    assertThat(mailbox.offer(99)).isTrue();
  }

  @Test
  void at_most_as_many_as_asked_for_are_handed_over_in_order() {
    Mailbox<Integer> mailbox = mailbox(16);
    for (int i = 0; i < 10; i++) {
      mailbox.offer(i);
    }
    List<Integer> taken = new ArrayList<>();
    assertThat(mailbox.drain(taken::add, 0)).isZero();
    assertThat(mailbox.drain(taken::add, 4)).isEqualTo(4);
    assertThat(mailbox.drain(taken::add, 100)).isEqualTo(6);
    assertThat(mailbox.drain(taken::add, 100)).isZero();
    assertThat(taken).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(mailbox.poll()).isNull();
  }

  @Test
  void a_message_is_there_when_its_owner_is_woken() {
    List<Integer> seen = new ArrayList<>();
    List<Mailbox<Integer>> one = new ArrayList<>();
    one.add(new Mailbox<>(4, () -> seen.add(one.getFirst().poll())));
    one.getFirst().offer(5);
    one.getFirst().offer(6);
    assertThat(seen).containsExactly(5, 6);
  }

  @Test
  void what_was_handed_over_before_a_failure_is_gone_and_the_rest_stays() {
    Mailbox<Integer> mailbox = mailbox(8);
    mailbox.offer(1);
    mailbox.offer(2);
    mailbox.offer(3);
    try {
      mailbox.drain(
          message -> {
            if (message == 2) {
              throw new IllegalStateException("meant");
            }
          },
          10);
    } catch (IllegalStateException meant) {
      assertThat(mailbox.poll()).isEqualTo(3);
      return;
    }
    throw new AssertionError("the failure was swallowed");
  }

  /** Forbidden: a message that is lost, doubled or overtakes another of its sender. */
  @Test
  void many_senders_lose_and_reorder_nothing() throws Exception {
    int senders = 4;
    int each = 20_000;
    Mailbox<Integer> mailbox = mailbox(64);
    CountDownLatch done = new CountDownLatch(senders);
    for (int sender = 0; sender < senders; sender++) {
      int base = sender * each;
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                for (int i = 0; i < each; ) {
                  if (mailbox.offer(base + i)) {
                    i++;
                  } else {
                    Thread.yield();
                  }
                }
                done.countDown();
              });
    }
    int[] next = new int[senders];
    int taken = 0;
    while (taken < senders * each) {
      int now =
          mailbox.drain(
              message -> {
                int sender = message / each;
                assertThat(message % each).isEqualTo(next[sender]++);
              },
              256);
      taken += now;
      if (now == 0) {
        Thread.yield();
      }
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(mailbox.poll()).isNull();
    assertThat(wakes).hasValue(senders * each);
  }
}
