package dev.millrace.control.snapshot;

import dev.millrace.control.yaml.Finding;
import dev.millrace.domain.snapshot.ServingSnapshot;
import java.util.List;

/** What became of a reload: all of it, or nothing. */
public sealed interface Reload {

  /** The new snapshot is current. */
  record Swapped(ServingSnapshot snapshot) implements Reload {}

  /** The old snapshot stays; everything that speaks against the new one. */
  record Refused(List<Finding> findings) implements Reload {}
}
