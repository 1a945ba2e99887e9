package dev.millrace.scheduling;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;

/** What is counted by model. Any thread. */
record ModelMeters(
    Meters.Timing timeToFirstToken,
    Meters.Timing timePerOutputToken,
    Meters.Count batches,
    Meters.Count batchTasks,
    ModelTally tally) {

  static ModelMeters of(Meters meters, String model, Clock clock) {
    return new ModelMeters(
        meters.timing(
            "gen_ai_server_time_to_first_token_seconds",
            "From acceptance to the first token",
            "gen_ai_request_model",
            model),
        meters.timing(
            "gen_ai_server_time_per_output_token_seconds",
            "Between tokens after the first, mean of one answer",
            "gen_ai_request_model",
            model),
        meters.counter(
            "millrace_batches_total", "Batches that were given to a runtime", "model", model),
        meters.counter("millrace_batch_tasks_total", "Tasks in those batches", "model", model),
        new ModelTally(clock));
  }
}
