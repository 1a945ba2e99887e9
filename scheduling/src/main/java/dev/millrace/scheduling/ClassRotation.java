package dev.millrace.scheduling;

import dev.millrace.domain.task.TaskClass;

/**
 * Which class is served next: the most precious that waits, except that a class which was passed
 * over too often goes first. So of any {@code share} consecutive dispatches of a deployment a class
 * that waits all the while gets at least one.
 */
final class ClassRotation {

  private static final int CLASSES = TaskClass.values().length;

  private final int[] passedOver = new int[CLASSES];
  private final int due;

  ClassRotation(int share) {
    // All lower classes may come due at once and then go one after the other: each is called so
    // much earlier that the last of them still keeps the share.
    this.due = share - (CLASSES - 1);
  }

  /**
   * @param waiting how many wait, by class
   * @return the class's ordinal, or −1 when nobody waits
   */
  int next(int[] waiting) {
    int longest = -1;
    int precious = -1;
    for (int at = CLASSES - 1; at >= 0; at--) {
      if (waiting[at] == 0) {
        continue;
      }
      precious = at;
      if (passedOver[at] >= due && (longest < 0 || passedOver[at] > passedOver[longest])) {
        longest = at;
      }
    }
    return longest >= 0 ? longest : precious;
  }

  /**
   * One task of this class was taken.
   *
   * @param waiting how many wait now, by class
   */
  void taken(int taken, int[] waiting) {
    for (int at = 0; at < CLASSES; at++) {
      passedOver[at] = at == taken || waiting[at] == 0 ? 0 : passedOver[at] + 1;
    }
  }
}
