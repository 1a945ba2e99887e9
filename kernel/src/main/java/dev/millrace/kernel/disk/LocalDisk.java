package dev.millrace.kernel.disk;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The machine's disk by way of {@link FileChannel}. */
enum LocalDisk implements Disk {
  INSTANCE;

  private static final boolean WINDOWS = File.separatorChar == '\\';

  private static final String UNKNOWN_RUN = "unknown";
  private static final String MACHINE_RUN =
      machineRunAt(Path.of("/proc/sys/kernel/random/boot_id"));

  // Closing any channel of a file drops this process's lock on it, so a second try of ours must
  // not even open the file.
  private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

  @Override
  public DiskFile create(Path file) throws IOException {
    return StorageErrors.translate(
        () ->
            new LocalFile(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new LocalFile(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    return new LocalFile(file, StandardOpenOption.READ);
  }

  @Override
  public String machineRun() {
    return MACHINE_RUN;
  }

  /** Linux draws a name at each boot; elsewhere a loss of power passes for a killed process. */
  private static String machineRunAt(Path file) {
    try {
      String name = Files.readString(file).strip();
      return name.matches("[!-~]{1,64}") ? name : UNKNOWN_RUN;
    } catch (IOException | UncheckedIOException | SecurityException absent) {
      return UNKNOWN_RUN;
    }
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null || Files.isDirectory(absolute)) {
      return;
    }
    createDirectories(parent);
    StorageErrors.translate(() -> Files.createDirectories(absolute));
    syncDirectory(parent);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    if (WINDOWS) {
      return; // NTFS journals names itself and does not open directories.
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    StorageErrors.translate(
        () ->
            Files.move(
                from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    // Not FileStore: it reads the mount table on every call.
    long free = directory.toFile().getUsableSpace();
    if (free == 0 && !Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    return free;
  }

  @Override
  public DiskLock lock(Path file) throws IOException {
    Path key = file.toAbsolutePath().normalize();
    if (!LOCKED_HERE.add(key)) {
      throw new DiskLockedException(file);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new DiskLockedException(file);
      }
      FileChannel held = channel;
      return () -> {
        held.close();
        LOCKED_HERE.remove(key);
      };
    } catch (IOException failure) {
      LOCKED_HERE.remove(key);
      if (channel != null) {
        channel.close();
      }
      throw failure;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }
}
