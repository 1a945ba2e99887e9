package dev.millrace.runtime.llama.bind;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;

/** What goes wrong with the library or its files, as problems. */
final class Refusals {

  private Refusals() {}

  /** The library found is not one that this program can call. */
  static ProblemException library(String found, String expected) {
    return failed("libllama: " + found + " (expected: " + expected + ")");
  }

  static ProblemException failed(String message) {
    return new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, message));
  }
}
