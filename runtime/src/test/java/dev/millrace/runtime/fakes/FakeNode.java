package dev.millrace.runtime.fakes;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import dev.millrace.runtime.sim.SimModel;
import dev.millrace.runtime.worker.WorkerRuntime;
import dev.millrace.runtime.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A node's process with one worker: prints the worker's pid when it is ready, then waits. */
public final class FakeNode {

  private FakeNode() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Reports reports = new Reports();
    Path folder = Path.of(arguments[0]);
    String flag = "-D" + FakeWorker.LOCK + "=" + FakeWorker.lockIn(folder);
    WorkerSettings settings =
        WorkerSettings.of("orphan", FakeWorker.class.getName(), folder)
            .with(new WorkerSettings.Jvm(64, WorkerSettings.Collector.SERIAL, List.of(flag)));
    WorkerRuntime runtime = WorkerRuntime.start(settings, reports, Clock.system(), Meters.none());
    runtime.load(SimModel.deployment(1, "default"));
    reports.await("ready 1");
    System.out.println(runtime.pid());
    new CountDownLatch(1).await();
  }
}
