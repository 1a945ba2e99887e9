package dev.millrace.kernel.log;

/**
 * Where a record stands: the number of its segment and its offset in bytes there, packed into a
 * long that grows along the log.
 */
public final class LogPosition {

  /** Before every record. */
  public static final long NONE = 0;

  private LogPosition() {}

  public static long of(long segment, long offset) {
    return segment << 32 | offset;
  }

  public static long segment(long position) {
    return position >>> 32;
  }

  public static long offset(long position) {
    return position & 0xffff_ffffL;
  }

  /** For people: segment and offset. */
  public static String text(long position) {
    return segment(position) + ":" + offset(position);
  }
}
