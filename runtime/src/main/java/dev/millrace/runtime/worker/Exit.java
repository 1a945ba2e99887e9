package dev.millrace.runtime.worker;

/** Why a worker's process ends, as its exit code. */
enum Exit {
  DRAINED(0),
  BAD_ARGUMENTS(64),
  NOT_WELCOMED(65),
  REFUSED(66),
  NODE_GONE(67),
  BROKEN_PROTOCOL(68),
  HOST_LOST(69);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
