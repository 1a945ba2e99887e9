package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import dev.millrace.domain.model.ModelSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An add under way. Holds the registry's lock; works in a folder of its own that is renamed into
 * place at the end and deleted otherwise. What an interrupted process left is swept at the next
 * opening.
 */
final class IncomingModel implements AutoCloseable {

  private static final String PREFIX = ".incoming-";
  private static final String FIRST_VERSION = "1";

  private final Path models;
  private final FileChannel lockFile;
  private final Path temporary;

  private IncomingModel(Path models, FileChannel lockFile, Path temporary) {
    this.models = models;
    this.lockFile = lockFile;
    this.temporary = temporary;
  }

  /**
   * @throws InvalidDocument when another add is under way
   */
  static IncomingModel begin(Path models) throws IOException {
    FileChannel lock = lock(models);
    if (lock == null) {
      throw new InvalidDocument(
          Finding.of(Place.of("models"), "", "another add under way", "one at a time; try again"));
    }
    try {
      return new IncomingModel(models, lock, Files.createTempDirectory(models, PREFIX));
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Deletes what interrupted adds left, unless one is under way. */
  static void sweep(Path models) throws IOException {
    try (FileChannel lock = lock(models)) {
      if (lock != null) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(models, PREFIX + "*")) {
          for (Path folder : left) {
            Durably.deleteTree(folder);
          }
        }
      }
    }
  }

  private static @Nullable FileChannel lock(Path models) throws IOException {
    FileChannel channel =
        FileChannel.open(
            models.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another thread of this process: the same answer as held by another process.
      lock = null;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? null : channel;
  }

  /**
   * @param bundled version and digest of the bundled model of that name, if there is one
   */
  AddedModel take(String name, Path source, @Nullable String bundled) throws IOException {
    Path content = Files.createDirectory(temporary.resolve(Stored.CONTENT));
    String derived = null;
    if (Files.isDirectory(source)) {
      FolderCopy.copy(source, content);
    } else {
      derived = FolderCopy.copyBare(source, content, name, FIRST_VERSION);
    }
    Findings findings = new Findings();
    FolderContents contents = FolderScanner.scan(content, findings);
    findings.throwIfAny();
    ModelSpec spec = ManifestReader.read(content, contents, null);
    if (!spec.name().equals(name)) {
      throw refused("name", "the manifest's name " + spec.name(), name);
    }
    if (bundled != null && bundled.startsWith(spec.version() + " ")) {
      refuseOther(spec, bundled.substring(spec.version().length() + 1), "bundled");
    }
    return publish(spec, contents, derived);
  }

  private AddedModel publish(ModelSpec spec, FolderContents contents, @Nullable String derived)
      throws IOException {
    Path target = models.resolve(spec.name()).resolve(spec.version());
    boolean fresh = !Files.exists(target);
    Stored stored = Stored.at(target, spec.name());
    if (fresh) {
      Durably.write(temporary.resolve(Listing.FILE), Listing.write(contents));
      Durably.publish(temporary, target);
    } else {
      refuseOther(spec, stored.digest(), "added before");
    }
    return new AddedModel(stored.spec(null), fresh, derived);
  }

  private static void refuseOther(ModelSpec spec, String digest, String how) {
    if (!spec.digest().equals(digest)) {
      throw refused(
          "version",
          spec.version() + " with digest " + spec.digest(),
          "another version: "
              + spec.version()
              + " was "
              + how
              + " with digest "
              + digest
              + " and never changes");
    }
  }

  private static InvalidDocument refused(String path, String found, String expected) {
    return new InvalidDocument(Finding.of(Place.of(ManifestReader.FILE), path, found, expected));
  }

  @Override
  public void close() throws IOException {
    try {
      Durably.deleteTree(temporary);
    } finally {
      lockFile.close();
    }
  }
}
