package dev.millrace.bench;

import io.netty.channel.EventLoop;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The caller's side of a run: waits for it and prints a line a second. */
final class RunDriver {

  private static final long LOOP_ANSWERS_SECONDS = 10;

  private final EventLoop loop;
  private final PrintWriter progress;
  private final boolean quiet;

  RunDriver(EventLoop loop, PrintWriter progress, boolean quiet) {
    this.loop = loop;
    this.progress = progress;
    this.quiet = quiet;
  }

  Report drive(Run run) {
    try {
      CompletableFuture<Report> done =
          loop.submit(run::start).get(LOOP_ANSWERS_SECONDS, TimeUnit.SECONDS);
      while (!waited(done)) {
        if (!quiet) {
          progress.println(loop.submit(run::progress).get(LOOP_ANSWERS_SECONDS, TimeUnit.SECONDS));
          progress.flush();
        }
      }
      return done.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BenchFailure known) {
        throw known;
      }
      throw new BenchFailure("the run failed: " + failed.getCause(), failed);
    } catch (TimeoutException stuck) {
      throw new BenchFailure("the event loop has not answered for 10 s", stuck);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BenchFailure("interrupted", interrupted);
    }
  }

  /** Waits up to a second; true when the run is over. */
  private static boolean waited(CompletableFuture<Report> done)
      throws InterruptedException, ExecutionException {
    try {
      done.get(1, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException running) {
      return false;
    }
  }
}
