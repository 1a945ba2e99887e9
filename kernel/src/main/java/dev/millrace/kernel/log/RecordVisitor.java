package dev.millrace.kernel.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Sees the records of a replay in the order in which they were written. */
@FunctionalInterface
public interface RecordVisitor {

  /**
   * @param position a {@link LogPosition}
   * @param payload over an array, from position to limit; the visitor's only until it returns
   */
  void visit(long position, int type, int tenant, int keyId, ByteBuffer payload) throws IOException;
}
