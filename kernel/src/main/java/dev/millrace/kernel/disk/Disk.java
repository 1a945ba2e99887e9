package dev.millrace.kernel.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Files and directories, with what survives a power loss made explicit: a file's bytes survive once
 * {@link DiskFile#force()} returned, a name (created, renamed, deleted) once {@link #syncDirectory}
 * of its directory returned.
 *
 * <p>Every method that finds no room throws {@link StorageFullException}.
 */
public interface Disk {

  /** The machine's own disk. */
  static Disk local() {
    return LocalDisk.INSTANCE;
  }

  /** Creates an empty file to read and write; fails when the name exists. */
  DiskFile create(Path file) throws IOException;

  /** Opens an existing file to read and write. */
  DiskFile open(Path file) throws IOException;

  /** Opens an existing file only to read. */
  DiskFile openToRead(Path file) throws IOException;

  boolean exists(Path file);

  /** The names in a directory, sorted, without the directory's own path. */
  List<String> list(Path directory) throws IOException;

  /** Creates what is missing of the path; it survives a power loss when this returns. */
  void createDirectories(Path directory) throws IOException;

  /** Makes the names in a directory survive a power loss. */
  void syncDirectory(Path directory) throws IOException;

  /** Gives a file a new name in one step, replacing what had it. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file; nothing happens when there is none. */
  void delete(Path file) throws IOException;

  /** Bytes that this process may still write below a directory. */
  long freeBytes(Path directory) throws IOException;

  /**
   * Names the run of the machine that this process belongs to. Where another one wrote a file, the
   * power may have gone in between, and with it whatever was not forced.
   *
   * @return at most 64 printable characters; the same for ever where the system tells none
   */
  String machineRun();

  /**
   * Takes the exclusive lock that stands for a directory, until it is closed or the process ends.
   *
   * @throws DiskLockedException when somebody else has it, in this process or another
   */
  DiskLock lock(Path file) throws IOException;
}
