package dev.millrace.runtime.llama;

import java.util.Arrays;

/** Ids in order, without boxes. */
final class TokenList {

  private int[] ids;
  private int count;

  TokenList(int capacity) {
    ids = new int[Math.max(8, capacity)];
  }

  int count() {
    return count;
  }

  int get(int index) {
    return ids[index];
  }

  void add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
  }

  void addAll(int[] more) {
    for (int id : more) {
      add(id);
    }
  }

  void cut(int to) {
    count = Math.min(count, to);
  }

  /** Becomes the first ids of another. */
  void become(TokenList other, int length) {
    ids = Arrays.copyOf(other.ids, Math.max(8, length));
    count = length;
  }

  /** How many ids this and the other begin with alike. */
  int sharedWith(TokenList other) {
    int most = Math.min(count, other.count);
    int differs = Arrays.mismatch(ids, 0, most, other.ids, 0, most);
    return differs < 0 ? most : differs;
  }
}
