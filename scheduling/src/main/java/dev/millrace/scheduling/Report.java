package dev.millrace.scheduling;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.stream.StreamEvent;

/** What a runtime tells about one lease. */
sealed interface Report {

  long lease();

  record Started(long lease) implements Report {}

  /** Carries the event that the stream will keep, so that a token costs two objects in all. */
  record Token(long lease, StreamEvent.Token token) implements Report {}

  record Restarted(long lease) implements Report {}

  record Done(long lease, ModelRuntime.Result result) implements Report {}

  record Failed(long lease, Problem problem) implements Report {}

  /** Whether nothing may follow it. */
  default boolean last() {
    return this instanceof Done || this instanceof Failed;
  }
}
