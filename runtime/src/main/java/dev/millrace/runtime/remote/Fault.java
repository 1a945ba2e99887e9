package dev.millrace.runtime.remote;

import dev.millrace.domain.error.Problem;

/**
 * Why a request to a replica came to nothing.
 *
 * @param problem as the task's client is told
 * @param again where another try can help, as long as nothing was streamed
 * @param ofReplica whether it speaks against the replica, and not against the request
 */
record Fault(Problem problem, Again again, boolean ofReplica) {

  /** Where another try can help. */
  enum Again {
    NOWHERE,
    /** At another replica only. */
    ELSEWHERE,
    ANYWHERE
  }

  /** Carries a fault out of a reader to the call. Without a stack: it is no defect. */
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    Thrown(Fault fault) {
      super(fault.problem().message(), null, false, false);
      this.fault = fault;
    }

    Fault fault() {
      return fault;
    }
  }
}
