package dev.millrace.domain.security;

/** What a route does; each route names exactly one, and the gate denies what it does not know. */
public enum Action {
  /** Liveness, readiness: for machines that have no key. */
  HEALTH,
  INFER,
  READ_TASK,
  CANCEL_TASK,
  READ_MODELS,
  OPEN_SOCKET,
  /** Takes models out of service and puts them back. */
  CONTROL_MODELS,
  READ_METRICS,
  ADMINISTER
}
