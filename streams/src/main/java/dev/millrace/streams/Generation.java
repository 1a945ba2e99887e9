package dev.millrace.streams;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A map of 128-bit ids to positions, of which nothing is taken out: flat arrays in order of
 * arrival, open table.
 */
final class Generation {

  private static final int EMPTY = 0;

  private long[] highs = new long[64];
  private long[] lows = new long[64];
  private long[] positions = new long[64];
  private float[] delivered = new float[64];

  /** Entry number + 1, or {@link #EMPTY}; at most half full. */
  private int[] table = new int[128];

  private int size;

  void put(long high, long low, long position) {
    if (size == highs.length) {
      grow();
    }
    highs[size] = high;
    lows[size] = low;
    positions[size] = position;
    delivered[size] = EndedIndex.NOT_DELIVERED;
    size++;
    enter(size);
  }

  /** Puts another position in place of the one there; false when the id is not here. */
  boolean replace(long high, long low, long position) {
    int entry = find(high, low);
    if (entry >= 0) {
      positions[entry] = position;
    }
    return entry >= 0;
  }

  long get(long high, long low) {
    int entry = find(high, low);
    return entry < 0 ? EndedIndex.ABSENT : positions[entry];
  }

  /** Notes it; false when the id is not here. */
  boolean deliver(long high, long low, float millis) {
    int entry = find(high, low);
    if (entry >= 0) {
      delivered[entry] = millis;
    }
    return entry >= 0;
  }

  float delivered(long high, long low) {
    int entry = find(high, low);
    return entry < 0 ? EndedIndex.NOT_DELIVERED : delivered[entry];
  }

  private int find(long high, long low) {
    int mask = table.length - 1;
    for (int slot = hash(low) & mask; table[slot] != EMPTY; slot = (slot + 1) & mask) {
      int entry = table[slot] - 1;
      if (lows[entry] == low && highs[entry] == high) {
        return entry;
      }
    }
    return -1;
  }

  int size() {
    return size;
  }

  int newest(int limit, LongConsumer consumer) {
    int count = Math.min(limit, size);
    for (int i = 0; i < count; i++) {
      consumer.accept(positions[size - 1 - i]);
    }
    return count;
  }

  private void enter(int entryPlusOne) {
    int mask = table.length - 1;
    int slot = hash(lows[entryPlusOne - 1]) & mask;
    while (table[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    table[slot] = entryPlusOne;
  }

  private void grow() {
    int capacity = size * 2;
    highs = Arrays.copyOf(highs, capacity);
    lows = Arrays.copyOf(lows, capacity);
    positions = Arrays.copyOf(positions, capacity);
    delivered = Arrays.copyOf(delivered, capacity);
    table = new int[capacity * 2];
    for (int entry = 1; entry <= size; entry++) {
      enter(entry);
    }
  }

  private static int hash(long low) {
    return (int) ((low * 0x9E37_79B9_7F4A_7C15L) >>> 32);
  }
}
