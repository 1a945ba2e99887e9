package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Keys;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;

/** Doors, and an honest client that is served before the attack and must be so after it. */
abstract class FaultTest {

  static final String SUBMIT = "{\"model\":\"sim\",\"input\":{}}";
  static final String KEY = "authorization: Bearer " + Keys.ALICE + "\r\n";

  final Doors doors = new Doors();
  final Honest honest = new Honest(doors);

  @AfterEach
  void theHonestClientIsServedAsIfNothingHadHappened() {
    try {
      honest.isServed();
    } finally {
      honest.close();
      doors.close();
    }
  }

  /** Bytes that event loops have allocated so far: what an attack costs, collected or not. */
  static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("vert.x-eventloop-thread")) {
        bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
      }
    }
    return bytes;
  }

  /** That no more than this was allocated since; for attacks of few buffers, which are watched. */
  static void assertThatLittleWasAllocated(long before, long most) {
    assertThat(allocated() - before).as("bytes allocated on the loops").isLessThan(most);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
