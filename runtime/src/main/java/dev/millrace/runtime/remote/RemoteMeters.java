package dev.millrace.runtime.remote;

import dev.millrace.kernel.metrics.Meters;

/** What is counted of one remote model. */
record RemoteMeters(
    Meters.Count succeeded,
    Meters.Count failed,
    Meters.Count cancelled,
    Meters.Count retries,
    Meters.Count asides,
    Meters.Timing firstToken) {

  static RemoteMeters of(Meters meters, String model) {
    return new RemoteMeters(
        requests(meters, model, "succeeded"),
        requests(meters, model, "failed"),
        requests(meters, model, "cancelled"),
        meters.counter(
            "millrace_upstream_retries_total", "Second tries at other servers.", "model", model),
        meters.counter(
            "millrace_upstream_asides_total",
            "Times that a server was put aside after failures.",
            "model",
            model),
        meters.timing(
            "millrace_upstream_first_token_seconds",
            "From a request to another server to the first text.",
            "model",
            model));
  }

  private static Meters.Count requests(Meters meters, String model, String outcome) {
    return meters.counter(
        "millrace_upstream_requests_total",
        "Attempts at other servers, by outcome.",
        "model",
        model,
        "outcome",
        outcome);
  }
}
