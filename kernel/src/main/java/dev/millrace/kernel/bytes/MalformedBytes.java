package dev.millrace.kernel.bytes;

/** Flat binary that is not what its format says; the message has the value found and expected. */
public final class MalformedBytes extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MalformedBytes(String message) {
    super(message);
  }
}
