package dev.millrace.bench;

/** The server sent what the protocol does not allow; its socket cannot be read any further. */
final class BadPeer extends Exception {

  private final String reason;

  /**
   * @param reason what was found and what was expected
   */
  BadPeer(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
