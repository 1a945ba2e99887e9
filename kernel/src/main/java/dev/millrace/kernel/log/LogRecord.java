package dev.millrace.kernel.log;

import java.nio.ByteBuffer;

/**
 * One record as read back.
 *
 * @param position its {@link LogPosition}
 * @param payload read-only, positioned at the first byte
 */
public record LogRecord(long position, int type, int tenant, int keyId, ByteBuffer payload) {}
