package dev.millrace.runtime.worker;

import dev.millrace.kernel.metrics.Meters;

/** What is counted of one worker. */
final class WorkerMeters {

  final Meters.Count starts;
  final Meters.Count losses;
  final Meters.Count droppedReports;

  WorkerMeters(Meters meters, String worker) {
    starts = meters.counter("millrace_worker_starts_total", "Processes started", "worker", worker);
    losses = meters.counter("millrace_worker_losses_total", "Processes lost", "worker", worker);
    droppedReports =
        meters.counter(
            "millrace_worker_dropped_reports_total",
            "Reports on leases that their worker does not hold",
            "worker",
            worker);
  }
}
