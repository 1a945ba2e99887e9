package dev.millrace.kernel.sim;

import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import dev.millrace.kernel.disk.DiskLock;
import dev.millrace.kernel.disk.DiskLockedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps no more than it promised: a crash takes the bytes that were not
 * forced and the names whose directory was not synced. It can also tear what was under way, flip
 * bits, fail a sync and run full.
 *
 * <p>Stricter than real file systems where they differ: a forced file whose name was not synced is
 * gone after a crash, and the writes before a failed sync never reach the platter, however often
 * the sync is repeated.
 */
public final class SimulatedDisk implements Disk {

  /** Asked at every sync of a file or a directory; may throw to make it fail or to crash there. */
  @FunctionalInterface
  public interface SyncHook {
    /**
     * @param path the file or directory
     * @param count how many syncs were asked for before this one
     */
    void beforeSync(Path path, int count) throws IOException;
  }

  // A name holds a file, or DIRECTORY.
  private static final SimulatedFile.Content DIRECTORY = new SimulatedFile.Content();

  private final Map<Path, SimulatedFile.Content> visible = new TreeMap<>();
  private final Map<Path, SimulatedFile.Content> durable = new TreeMap<>();
  private final Set<Path> locks = new HashSet<>();
  private final List<SimulatedFile.Change> changes = new ArrayList<>();
  private SyncHook hook = (path, count) -> {};
  private long capacity = 1L << 50;
  private int syncs;
  private int generation;
  private int powerLosses;

  // ---- faults and looks from outside ----

  /** What happens before each sync from now on. */
  public synchronized void onSync(SyncHook newHook) {
    hook = newHook;
  }

  /** How many syncs of files and directories were asked for. */
  public synchronized int syncs() {
    return syncs;
  }

  /** The room there is, used and free together, in bytes. */
  public synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  public synchronized long usedBytes() {
    return visible.values().stream().distinct().mapToLong(content -> content.size()).sum();
  }

  /** The power goes: what was not synced is lost. Open files and locks are void. */
  public synchronized void crash() {
    crashKeeping(0);
  }

  /**
   * The power goes while the disk had just stored this many of the bytes not yet synced, in the
   * order in which they were written; so a write is torn at any byte. Names not synced are lost.
   */
  public synchronized void crashKeeping(long bytes) {
    long left = bytes;
    for (SimulatedFile.Change change : changes) {
      if (left <= 0) {
        break;
      }
      change.keep(left);
      left -= change.length();
    }
    loseTheRest();
  }

  /** The power goes, and of what was not synced each piece is kept, torn or lost as drawn. */
  public synchronized void crash(RandomGenerator random) {
    for (SimulatedFile.Change change : changes) {
      switch (random.nextInt(3)) {
        case 0 -> change.keep(Long.MAX_VALUE);
        case 1 -> change.keep(random.nextLong(change.length() + 1));
        default -> {} // lost
      }
    }
    if (random.nextBoolean()) {
      durable.clear();
      durable.putAll(visible);
    }
    loseTheRest();
  }

  private void loseTheRest() {
    powerLosses++;
    changes.clear();
    generation++;
    locks.clear();
    visible.clear();
    visible.putAll(durable);
    Set.copyOf(visible.values()).forEach(SimulatedFile.Content::revert);
  }

  /** The process ends by kill -9: open files and locks are void, the machine keeps all bytes. */
  public synchronized void killProcess() {
    generation++;
    locks.clear();
  }

  /** Turns one bit of a stored file round. */
  public synchronized void flipBit(Path file, long offset, int bit) throws IOException {
    content(file).flip(offset, bit);
  }

  /** A copy of a file's bytes as a reader sees them. */
  public synchronized byte[] bytes(Path file) throws IOException {
    return content(file).copy();
  }

  /** Puts a file in place, synced, whatever was there. */
  public synchronized void put(Path file, byte[] bytes) {
    SimulatedFile.Content content = new SimulatedFile.Content(bytes);
    visible.put(key(file), content);
    durable.put(key(file), content);
  }

  /** Another disk that holds what this one would hold after a {@link #killProcess()}, synced. */
  public synchronized SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk();
    visible.forEach(
        (path, content) -> {
          SimulatedFile.Content twin =
              content == DIRECTORY ? DIRECTORY : new SimulatedFile.Content(content.copy());
          copy.visible.put(path, twin);
          copy.durable.put(path, twin);
        });
    return copy;
  }

  // ---- the port ----

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    if (visible.containsKey(key(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    requireDirectory(file.toAbsolutePath().getParent());
    SimulatedFile.Content content = new SimulatedFile.Content();
    visible.put(key(file), content);
    return new SimulatedFile(this, file, content, generation);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return new SimulatedFile(this, file, content(file), generation);
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    return open(file);
  }

  @Override
  public synchronized String machineRun() {
    return "run-" + powerLosses;
  }

  @Override
  public synchronized boolean exists(Path file) {
    return visible.containsKey(key(file));
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    requireDirectory(key(directory));
    return visible.keySet().stream()
        .filter(path -> key(directory).equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .sorted()
        .toList();
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    if (visible.containsKey(key(directory))) {
      return;
    }
    beforeSync(directory);
    for (Path at = key(directory); at != null; at = at.getParent()) {
      visible.put(at, DIRECTORY);
      durable.put(at, DIRECTORY);
    }
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    requireDirectory(key(directory));
    beforeSync(directory);
    durable.keySet().removeIf(path -> key(directory).equals(path.getParent()));
    visible.forEach(
        (path, content) -> {
          if (key(directory).equals(path.getParent())) {
            durable.put(path, content);
          }
        });
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    SimulatedFile.Content content = content(from);
    visible.remove(key(from));
    visible.put(key(to), content);
  }

  @Override
  public synchronized void delete(Path file) {
    visible.remove(key(file));
  }

  @Override
  public synchronized long freeBytes(Path directory) {
    return Math.max(0, capacity - usedBytes());
  }

  @Override
  public synchronized DiskLock lock(Path file) throws IOException {
    Path key = key(file);
    if (!locks.add(key)) {
      throw new DiskLockedException(file);
    }
    int mine = generation;
    return () -> unlock(key, mine);
  }

  private synchronized void unlock(Path key, int lockedIn) {
    if (lockedIn == generation) {
      locks.remove(key);
    }
  }

  // ---- for the files ----

  void beforeSync(Path path) throws IOException {
    hook.beforeSync(path, syncs++);
  }

  void requireAlive(int openedIn) throws IOException {
    if (openedIn != generation) {
      throw new IOException("simulated: the machine or the process that opened this file is gone");
    }
  }

  void changed(SimulatedFile.Change change) {
    changes.add(change);
  }

  void settle(SimulatedFile.Content content, boolean stored) {
    if (stored) {
      changes.stream().filter(c -> c.of() == content).forEach(c -> c.keep(Long.MAX_VALUE));
    }
    changes.removeIf(change -> change.of() == content);
  }

  private SimulatedFile.Content content(Path file) throws IOException {
    SimulatedFile.Content content = visible.get(key(file));
    if (content == null || content == DIRECTORY) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  private void requireDirectory(@Nullable Path directory) throws IOException {
    if (directory != null && visible.get(directory) != DIRECTORY) {
      throw new NotDirectoryException(directory.toString());
    }
  }

  private static Path key(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
