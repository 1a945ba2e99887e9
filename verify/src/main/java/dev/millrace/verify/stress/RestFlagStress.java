package dev.millrace.verify.stress;

import dev.millrace.kernel.Mailbox;
import dev.millrace.kernel.RestFlag;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One sender races an owner that goes to rest. First whether the sender woke the owner, then
 * whether the owner's last look found the message: when neither, the message lies there while its
 * owner sleeps.
 */
@JCStressTest
@State
@Outcome(
    id = {"1, 0", "0, 1", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "woken, or awake still, or both")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "the owner sleeps over a message")
public class RestFlagStress {

  private final RestFlag flag = new RestFlag();
  private final Mailbox<Object> mailbox = new Mailbox<>(4, this::wake);
  private int woken;

  private void wake() {
    woken = flag.take() ? 1 : 0;
  }

  @Actor
  public void sender(II_Result seen) {
    mailbox.offer(this);
    seen.r1 = woken;
  }

  @Actor
  public void owner(II_Result seen) {
    flag.raise();
    seen.r2 = mailbox.poll() == null ? 0 : 1;
  }
}
