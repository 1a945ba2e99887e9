package dev.millrace.domain.task;

import java.util.Locale;

/** The timed hand-offs of a task, in the order of the line. */
public enum Stamp {
  ACCEPTED,
  ADMITTED,
  FAST_PATH_DONE,
  DURABLE,
  ACKNOWLEDGED,
  QUEUED,
  FEATURES_READY,
  LEASED,
  MODEL_START,
  FIRST_TOKEN,
  MODEL_FINISH,
  DELIVERED,
  RECORDED;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  public String wireName() {
    return wireName;
  }
}
