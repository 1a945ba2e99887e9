package dev.millrace.runtime.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a model's load while it goes on: tells where one stands that takes long, and says so
 * when it stands still. A hung native library says nothing by itself, and its thread cannot be
 * stopped.
 *
 * <p>Threads: one virtual thread a load, which ends with it.
 */
final class LoadWatch {

  private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);

  /** A sample may be waited for without any work of the loading thread, but not through these. */
  private static final int STILL_LOOKS = 2;

  private LoadWatch() {}

  /**
   * @param look between two looks
   * @param hung called once, when the thread used no processor time from look to look, twice
   */
  static void start(String model, Thread loading, Duration look, Runnable hung) {
    Thread.ofVirtual()
        .name("watch-" + model)
        .start(
            () -> {
              try {
                watch(model, loading, look, hung);
              } catch (InterruptedException ended) {
                LOG.debug("{}: its load is watched no more", model);
              }
            });
  }

  private static void watch(String model, Thread loading, Duration look, Runnable hung)
      throws InterruptedException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = -1;
    int still = 0;
    while (!loading.join(look)) {
      long spent = threads.getThreadCpuTime(loading.threadId());
      still = spent == before ? still + 1 : 0;
      before = spent;
      String place = Arrays.toString(loading.getStackTrace());
      LOG.warn("{} is loading still, now at {}", model, place);
      if (still == STILL_LOOKS && loading.isAlive()) {
        hung.run();
        return;
      }
    }
  }
}
