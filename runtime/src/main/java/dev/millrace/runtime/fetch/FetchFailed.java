package dev.millrace.runtime.fetch;

import java.io.IOException;

/** A package could not be had; the message is one line for people. */
public final class FetchFailed extends IOException {

  private static final long serialVersionUID = 1L;

  public FetchFailed(String message) {
    super(message);
  }

  public FetchFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
