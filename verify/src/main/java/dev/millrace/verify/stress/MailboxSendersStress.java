package dev.millrace.verify.stress;

import dev.millrace.kernel.Mailbox;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two senders race for the same slot; the owner drains when both have ended. */
@JCStressTest
@State
@Outcome(
    id = {"1, 2, 0", "2, 1, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "each message was seen once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a message was lost or seen twice")
public class MailboxSendersStress {

  private final Mailbox<Integer> mailbox = new Mailbox<>(4, () -> {});

  @Actor
  public void firstSender() {
    mailbox.offer(1);
  }

  @Actor
  public void secondSender() {
    mailbox.offer(2);
  }

  @Arbiter
  public void drain(III_Result seen) {
    seen.r1 = orZero(mailbox.poll());
    seen.r2 = orZero(mailbox.poll());
    seen.r3 = orZero(mailbox.poll());
  }

  private static int orZero(@Nullable Integer message) {
    return message == null ? 0 : message;
  }
}
