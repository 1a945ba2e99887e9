package dev.millrace.bench;

/**
 * Judges what comes on the lanes: each request has one answer, its own, with tensors and a status.
 * Knows no socket and no clock. One thread.
 */
final class GrpcCalls {

  /** Who hears what became of requests. */
  interface Outcome {

    void answered(GrpcLane lane, int status);

    /** The request on the lane has no answer, and the lane has no call. */
    void broken(GrpcLane lane, String reason);
  }

  private final boolean streaming;
  private final Outcome outcome;
  private final Violations violations;
  private final GrpcAnswer answer = new GrpcAnswer();

  /**
   * @param streaming whether a call goes on after an answer
   */
  GrpcCalls(boolean streaming, Outcome outcome, Violations violations) {
    this.streaming = streaming;
    this.outcome = outcome;
    this.violations = violations;
  }

  void headers(GrpcLane lane, HeaderBlocks.Said said) {
    lane.http = said.http() < 0 ? lane.http : said.http();
    lane.grpc = said.grpc() < 0 ? lane.grpc : said.grpc();
  }

  void message(GrpcLane lane, byte[] bytes, int from, int until) {
    if (!lane.asked || ++lane.answers > 1) {
      violations.add(Violation.SECOND_ANSWER);
      return;
    }
    GrpcStatus status = read(lane, bytes, from, until);
    if (streaming) {
      lane.asked = false;
      outcome.answered(lane, status.ordinal());
    }
  }

  private GrpcStatus read(GrpcLane lane, byte[] bytes, int from, int until) {
    try {
      answer.read(bytes, from, until, streaming, lane.id);
    } catch (BadPeer unreadable) {
      violations.add(Violation.UNREADABLE);
      return GrpcStatus.UNKNOWN;
    }
    if (!answer.isMine()) {
      violations.add(Violation.UNKNOWN_REF);
    } else if (!answer.hasTensors() && answer.status() == GrpcStatus.OK) {
      violations.add(Violation.NO_ANSWER);
    }
    return answer.status();
  }

  void ended(GrpcLane lane) {
    int status = lane.grpc;
    boolean within = lane.messages.isWithin();
    boolean asked = lane.asked;
    int answers = lane.answers;
    lane.close();
    if (within) {
      violations.add(Violation.UNREADABLE);
    }
    if (status == GrpcLane.ABSENT) {
      outcome.broken(lane, lane.http == 200 ? "call ended without a status" : "http " + lane.http);
    } else if (streaming) {
      outcome.broken(lane, "call ended: " + GrpcStatus.of(status));
    } else if (asked) {
      if (status == GrpcStatus.OK.ordinal() && answers == 0) {
        violations.add(Violation.NO_ANSWER);
      }
      outcome.answered(lane, status);
    }
  }

  void reset(GrpcLane lane, String reason) {
    lane.close();
    outcome.broken(lane, reason);
  }
}
