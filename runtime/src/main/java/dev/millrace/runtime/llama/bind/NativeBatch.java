package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.millrace.runtime.llama.port.DecodeBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** The library's batch struct with the arrays that it points to. */
final class NativeBatch {

  static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          JAVA_INT,
          MemoryLayout.paddingLayout(4),
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS);

  private final MemorySegment struct;
  private final MemorySegment tokens;
  private final MemorySegment positions;
  private final MemorySegment sequences;
  private final MemorySegment wanted;

  NativeBatch(Arena arena, int capacity) {
    struct = arena.allocate(LAYOUT);
    tokens = arena.allocate(JAVA_INT, capacity);
    positions = arena.allocate(JAVA_INT, capacity);
    sequences = arena.allocate(JAVA_INT, capacity);
    wanted = arena.allocate(JAVA_BYTE, capacity);
    MemorySegment counts = arena.allocate(JAVA_INT, capacity);
    MemorySegment lists = arena.allocate(ADDRESS, capacity);
    for (int row = 0; row < capacity; row++) {
      counts.setAtIndex(JAVA_INT, row, 1);
      lists.setAtIndex(ADDRESS, row, sequences.asSlice(4L * row));
    }
    struct.set(ADDRESS, 8, tokens);
    struct.set(ADDRESS, 24, positions);
    struct.set(ADDRESS, 32, counts);
    struct.set(ADDRESS, 40, lists);
    struct.set(ADDRESS, 48, wanted);
  }

  MemorySegment of(DecodeBatch batch) {
    struct.set(JAVA_INT, 0, batch.count());
    for (int row = 0; row < batch.count(); row++) {
      tokens.setAtIndex(JAVA_INT, row, batch.token(row));
      positions.setAtIndex(JAVA_INT, row, batch.position(row));
      sequences.setAtIndex(JAVA_INT, row, batch.sequence(row));
      wanted.set(JAVA_BYTE, row, (byte) (batch.wanted(row) ? 1 : 0));
    }
    return struct;
  }
}
