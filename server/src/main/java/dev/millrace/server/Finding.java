package dev.millrace.server;

/**
 * One thing that was looked at on this machine.
 *
 * @param advice what to do about it; empty when it is well
 */
record Finding(Grade grade, String subject, String found, String advice) {

  enum Grade {
    WELL("ok"),
    /** Millrace runs, but less well than it could. */
    LACKING("lacks"),
    /** Millrace does not start, or not everything of it. */
    BROKEN("BAD");

    private final String label;

    Grade(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  static Finding well(String subject, String found) {
    return new Finding(Grade.WELL, subject, found, "");
  }

  static Finding lacking(String subject, String found, String advice) {
    return new Finding(Grade.LACKING, subject, found, advice);
  }

  static Finding broken(String subject, String found, String advice) {
    return new Finding(Grade.BROKEN, subject, found, advice);
  }
}
