package dev.millrace.control.registry;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import java.util.List;

/**
 * A version that is there but is not what it was when it was added, or cannot be read: it never
 * loads. Nobody's configuration is to blame, so a start goes on without it.
 */
public final class DamagedModel extends InvalidDocument {

  private static final long serialVersionUID = 1L;

  DamagedModel(List<Finding> findings) {
    super(findings);
  }
}
