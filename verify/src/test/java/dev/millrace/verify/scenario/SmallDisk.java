package dev.millrace.verify.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of a few MiB that only the processes started through {@link #before} see at its folder: a
 * file system in memory, mounted in a name space of its own, which ends with this object. Needs
 * Linux and the right to mount.
 */
final class SmallDisk implements AutoCloseable {

  private final Process holder;
  private final Path folder;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  /** Whether this machine lets the test mount; asked by mounting. */
  static boolean permitted() {
    try {
      Path folder = Files.createTempDirectory("millrace-disk-");
      try (SmallDisk disk = mount(folder, 1)) {
        return disk.holder.isAlive();
      } finally {
        Files.delete(folder);
      }
    } catch (Exception | AssertionError refused) {
      return false;
    }
  }

  static SmallDisk mount(Path folder, int mebibytes) throws Exception {
    Process holder =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + mebibytes + "m none \"$1\" && echo mounted && exec cat",
                "sh",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    byte[] said = holder.getInputStream().readNBytes("mounted\n".length());
    assertThat(new String(said, StandardCharsets.UTF_8)).isEqualTo("mounted\n");
    return new SmallDisk(holder, folder);
  }

  /** What to put before a command that shall see the disk. */
  String[] before() {
    return new String[] {"nsenter", "--target", Long.toString(holder.pid()), "--mount"};
  }

  /** Takes all but so many bytes. */
  void fill(long left) throws IOException {
    byte[] piece = new byte[64 << 10];
    long free = Files.getFileStore(seen()).getUsableSpace();
    try (var out = Files.newOutputStream(filler())) {
      for (long more = free - left; more > 0; more -= piece.length) {
        out.write(piece, 0, (int) Math.min(piece.length, more));
      }
    } catch (IOException full) {
      // The node writes beside this; somebody gets the last byte.
      if (usable() > left) {
        throw full;
      }
    }
  }

  void free() throws IOException {
    Files.delete(filler());
  }

  long usable() throws IOException {
    return Files.getFileStore(seen()).getUsableSpace();
  }

  private Path filler() {
    return seen().resolve("filler");
  }

  /** The folder as the holder sees it. */
  private Path seen() {
    return Path.of("/proc/" + holder.pid() + "/root" + folder);
  }

  @Override
  public void close() throws Exception {
    holder.getOutputStream().close();
    holder.waitFor();
  }
}
