package dev.millrace.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The live leases of a pool. A lease's number is {@code epoch << 40 | counter}: unique and growing
 * over the node's whole life, so that whatever reports under a lease that is not in here is late,
 * from before a restart or from a worker that was given up.
 *
 * <p>Open addressing with linear probing: every token's report looks here, and a map of boxed
 * numbers would allocate for each. Owned by the pool's thread.
 */
final class LeaseTable {

  private static final int COUNTER_BITS = 40;
  private static final long MOST_EPOCHS = 1L << (63 - COUNTER_BITS);

  /** Where numbers come from: one counter for all pools of a node, so that no two are alike. */
  interface Numbers {
    long next();
  }

  private final Numbers numbers;
  private Lease[] table = new Lease[64];
  private int size;

  LeaseTable(Numbers numbers) {
    this.numbers = numbers;
  }

  /** The first number of an epoch. */
  static long firstOf(long epoch) {
    if (epoch < 0 || epoch >= MOST_EPOCHS) {
      throw new IllegalArgumentException(
          "node epoch: " + epoch + " (expected: 0.." + (MOST_EPOCHS - 1) + ")");
    }
    return epoch << COUNTER_BITS;
  }

  Lease open(DeploymentQueue queue, Host host, Lease.Slot slot, TaskRun run) {
    Lease lease = new Lease(numbers.next(), queue, host, slot, run);
    if (2 * (size + 1) > table.length) {
      grow();
    }
    insert(lease);
    size++;
    slot.opened();
    host.leaseOpened();
    return lease;
  }

  @Nullable Lease get(long number) {
    int mask = table.length - 1;
    for (int at = home(number, mask); ; at = (at + 1) & mask) {
      Lease lease = table[at];
      if (lease == null || lease.number == number) {
        return lease;
      }
    }
  }

  /** Takes a live lease out; its slot is free when it was the slot's last. */
  void close(Lease lease) {
    int mask = table.length - 1;
    int at = home(lease.number, mask);
    while (table[at] != lease) {
      if (table[at] == null) {
        throw new IllegalStateException("lease " + lease.number + " is not live");
      }
      at = (at + 1) & mask;
    }
    closeGap(at, mask);
    size--;
    lease.host.leaseClosed();
    if (lease.slot.closed()) {
      lease.queue.slotFreed();
    }
  }

  /** Moves back whoever would not be found past the gap. */
  private void closeGap(int gap, int mask) {
    int hole = gap;
    for (int at = (hole + 1) & mask; table[at] != null; at = (at + 1) & mask) {
      int home = home(table[at].number, mask);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = null;
  }

  /** Live leases of one host, oldest first. */
  List<Lease> of(Host host) {
    List<Lease> found = new ArrayList<>(host.leases());
    for (Lease lease : table) {
      if (lease != null && lease.host == host) {
        found.add(lease);
      }
    }
    found.sort(Comparator.comparingLong(lease -> lease.number));
    return found;
  }

  /** All live leases, oldest first. */
  List<Lease> all() {
    List<Lease> found = new ArrayList<>(size);
    for (Lease lease : table) {
      if (lease != null) {
        found.add(lease);
      }
    }
    found.sort(Comparator.comparingLong(lease -> lease.number));
    return found;
  }

  int size() {
    return size;
  }

  private void grow() {
    Lease[] before = table;
    table = new Lease[before.length * 2];
    for (Lease lease : before) {
      if (lease != null) {
        insert(lease);
      }
    }
  }

  private void insert(Lease lease) {
    int mask = table.length - 1;
    int at = home(lease.number, mask);
    while (table[at] != null) {
      at = (at + 1) & mask;
    }
    table[at] = lease;
  }

  /**
   * Spread by Fibonacci hashing: runs of consecutive numbers would else pile up behind old ones.
   */
  private static int home(long number, int mask) {
    return (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32) & mask;
  }
}
