package dev.millrace.kernel.log;

import java.nio.ByteBuffer;

/**
 * One record as read back.
 *
 * @param position its {@link LogPosition}
 * @param payload over an array of its own, from position to limit
 */
public record LogRecord(long position, int type, int tenant, int keyId, ByteBuffer payload) {}
