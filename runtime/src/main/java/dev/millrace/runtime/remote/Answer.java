package dev.millrace.runtime.remote;

import dev.millrace.domain.port.ModelRuntime.Result;
import org.jspecify.annotations.Nullable;

/** Reads one answer of status 200 as it comes. Faults are thrown. One thread. */
interface Answer {

  /** The next bytes of the body. */
  void read(byte[] bytes);

  /** The whole answer, once the server said that it is; before the body's end or never. */
  @Nullable Result whole();

  /** The body ended as its framing says. */
  Result end();

  /** Whether the model has begun to answer: the first token came, or it thinks aloud. */
  boolean begun();

  /** Whether something of it is on its way to readers, so that no other try may answer. */
  boolean streamed();
}
