package dev.millrace.runtime.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Fetches pinned packages and unpacks what is wanted of them into a folder that appears whole. */
public final class PackageFetcher {

  private static final int MOST_SECONDS = 1_800;
  private static final long MEBIBYTE = 1 << 20;

  private final Consumer<String> progress;
  private final Downloader downloader;

  /**
   * @param progress told one line now and then while a fetch takes long
   */
  public PackageFetcher(Consumer<String> progress) {
    this(
        progress,
        (pinned, folder, work, bytes) ->
            ClientProcess.run(
                pinned.client().commands(pinned.name(), folder), work, MOST_SECONDS, bytes));
  }

  PackageFetcher(Consumer<String> progress, Downloader downloader) {
    this.progress = progress;
    this.downloader = downloader;
  }

  /** Brings the archive of a package into a folder. */
  @FunctionalInterface
  interface Downloader {

    /**
     * @param work for temporary files
     * @param bytes told how much has come, now and then
     */
    void download(PinnedPackage pinned, Path folder, Path work, LongConsumer bytes)
        throws IOException, InterruptedException;
  }

  /** Takes what is wanted of an archive into a new folder. */
  @FunctionalInterface
  public interface Unpacker {
    void unpack(Path archive, Path into) throws IOException;
  }

  /**
   * @param target the folder that appears; returned at once when it is there already
   * @throws FetchFailed in one line, when the package cannot be had or is not the pinned one
   */
  public Path fetch(PinnedPackage pinned, Path target, Unpacker unpacker)
      throws IOException, InterruptedException {
    if (Files.isDirectory(target)) {
      return target;
    }
    Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
    Path work = Files.createTempDirectory(parent, ".fetch-");
    try {
      Path unpacked = Files.createDirectory(work.resolve("unpacked"));
      unpacker.unpack(download(pinned, work), unpacked);
      publish(unpacked, target);
      return target;
    } finally {
      deleteTree(work);
    }
  }

  private Path download(PinnedPackage pinned, Path work) throws IOException, InterruptedException {
    Path folder = Files.createDirectory(work.resolve("archive"));
    downloader.download(
        pinned,
        folder,
        work,
        bytes ->
            progress.accept(
                "%s: %d of %d MiB"
                    .formatted(
                        pinned.what(),
                        Math.min(bytes, pinned.bytes()) / MEBIBYTE,
                        pinned.bytes() / MEBIBYTE)));
    List<Path> archives;
    try (Stream<Path> files = Files.list(folder)) {
      archives = files.toList();
    }
    if (archives.size() != 1) {
      throw new FetchFailed(
          pinned.name() + ": " + archives.size() + " files came (expected: one archive)");
    }
    requirePinned(pinned, archives.getFirst());
    return archives.getFirst();
  }

  private static void requirePinned(PinnedPackage pinned, Path archive) throws IOException {
    long size = Files.size(archive);
    String found = size == pinned.bytes() ? sha256(archive) : "not computed";
    if (!found.equals(pinned.sha256())) {
      throw new FetchFailed(
          "%s: %d bytes, sha256 %s (expected: %d bytes, sha256 %s)"
              .formatted(pinned.name(), size, found, pinned.bytes(), pinned.sha256()));
    }
  }

  /** Of a file's bytes, hex. */
  static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        byte[] buffer = new byte[1 << 16];
        while (in.read(buffer) >= 0) {
          // Reading is what computes.
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }

  private static void publish(Path unpacked, Path target) throws IOException {
    try {
      Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException raced) {
      // Somebody else was first with the same pinned bytes.
      if (!Files.isDirectory(target)) {
        throw raced;
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
