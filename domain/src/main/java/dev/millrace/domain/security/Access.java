package dev.millrace.domain.security;

import dev.millrace.domain.error.Problem;

/** The gate's answer. */
public sealed interface Access {

  record Granted(Principal principal) implements Access {}

  record Denied(Problem problem) implements Access {}
}
