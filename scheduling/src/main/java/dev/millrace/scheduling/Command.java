package dev.millrace.scheduling;

import dev.millrace.domain.error.Problem;
import java.util.concurrent.CompletableFuture;

/** What others ask of a pool's thread, and what changes about its runtimes. */
sealed interface Command {

  record Arrive(TaskRun run) implements Command {}

  /** The reason stands in the run. */
  record Cancel(TaskRun run) implements Command {}

  record Ready(int deployment, String host) implements Command {}

  record Unavailable(int deployment, String host, Problem problem) implements Command {}

  record Lost(String host, String reason) implements Command {}

  record Drain(long deadlineNanos, CompletableFuture<Drained> done) implements Command {}
}
