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

/**
 * One sender races the owner. Two polls of the owner, then a poll when both have ended; a message
 * counts only with what its sender wrote before it, so an unsafe hand-off shows as 9.
 */
@JCStressTest
@State
@Outcome(
    id = {"0, 0, 7", "0, 7, 0", "7, 0, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "the message was seen once and whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "the message was lost, seen twice or seen torn")
public class MailboxHandOffStress {

  private final Mailbox<Message> mailbox = new Mailbox<>(4, () -> {});

  @Actor
  public void sender() {
    Message message = new Message();
    message.content = 7;
    mailbox.offer(message);
  }

  @Actor
  public void owner(III_Result seen) {
    seen.r1 = content(mailbox.poll());
    seen.r2 = content(mailbox.poll());
  }

  @Arbiter
  public void drain(III_Result seen) {
    seen.r3 = content(mailbox.poll());
  }

  private static int content(@Nullable Message message) {
    return message == null ? 0 : message.content;
  }

  /** Not final on purpose: only the mailbox makes the write visible. */
  private static final class Message {
    private int content = 9;
  }
}
