package dev.millrace.control.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Writing files so that a power cut leaves the old or the new, and never half of either. */
final class Durably {

  private static final int CHUNK = 1 << 16;

  private Durably() {}

  /** Copies a stream to a new file and syncs it. */
  static void copy(InputStream source, Path target) throws IOException {
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] chunk = new byte[CHUNK];
      for (int read = source.read(chunk); read >= 0; read = source.read(chunk)) {
        writeAll(channel, ByteBuffer.wrap(chunk, 0, read));
      }
      channel.force(true);
    }
  }

  /** Writes a new file and syncs it. */
  static void write(Path target, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeAll(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
  }

  /** Writes a file in place of the old one, whole or not at all. */
  static void replace(Path target, String text) throws IOException {
    Path beside = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(beside);
    write(beside, text);
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(parent(target));
  }

  /** Renames a folder into its place; what was written into it is synced first. */
  static void publish(Path temporary, Path target) throws IOException {
    syncFolders(temporary);
    Path parent = parent(target);
    Files.createDirectories(parent);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(parent);
    syncFolder(parent(parent));
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "the root has no parent");
  }

  static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a folder and what is in it; links are deleted, never followed. */
  static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          deleteTree(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  private static void syncFolders(Path folder) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      for (Path child : children) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          syncFolders(child);
        }
      }
    }
    syncFolder(folder);
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
