package dev.millrace.control.yaml;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that a person is told all of it at once. One thread. */
public final class Findings {

  private static final int MOST = 100;

  private final List<Finding> found = new ArrayList<>();

  public void add(Finding finding) {
    if (found.size() < MOST) {
      found.add(finding);
    } else if (found.size() == MOST) {
      found.add(new Finding(finding.place(), "", "more findings follow; these first " + MOST));
    }
  }

  public void add(Place place, String path, String value, String expected) {
    add(Finding.of(place, path, value, expected));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int size() {
    return found.size();
  }

  public List<Finding> list() {
    return List.copyOf(found);
  }

  /**
   * @throws InvalidDocument with all findings, when there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidDocument(list());
    }
  }
}
