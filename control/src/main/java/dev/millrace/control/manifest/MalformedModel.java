package dev.millrace.control.manifest;

/** A model file that is not what its format says: the value found and the value expected. */
public final class MalformedModel extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedModel(String message) {
    super(message, null, false, false);
  }
}
