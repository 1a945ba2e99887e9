package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.Sha256;
import dev.millrace.control.yaml.Findings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One bundled version on its way to being usable. */
final class BundledVersion {

  private final BundledIndex.Version pinned;
  private final Path source;
  private final List<BundledIndex.Resource> resources;
  private final Path kept;
  private boolean asPinned;

  /**
   * @param source its folder in the repository
   * @param resources its files that come from the class path
   * @param kept its place under the data folder
   */
  BundledVersion(
      BundledIndex.Version pinned, Path source, List<BundledIndex.Resource> resources, Path kept) {
    this.pinned = pinned;
    this.source = source;
    this.resources = resources;
    this.kept = kept;
  }

  /** Does what is needed and no more; answers what stands in the way, or null. */
  @Nullable String prepare() throws IOException {
    Path listing = kept.resolve(Listing.FILE);
    if (resources.isEmpty()) {
      asPinned = isAsPinned(source);
      return null;
    }
    Path content = kept.resolve(Stored.CONTENT);
    asPinned = Files.exists(listing) && Files.isDirectory(content) && isAsPinned(content);
    return asPinned ? null : assemble();
  }

  BundledModels.Version ready() throws IOException {
    Path folder = resources.isEmpty() ? source : kept.resolve(Stored.CONTENT).toRealPath();
    // Without a listing the registry hashes everything itself and says what is wrong.
    Path listing = asPinned ? kept.resolve(Listing.FILE) : null;
    return new BundledModels.Version(
        pinned.name(), pinned.version(), pinned.digest(), folder, listing);
  }

  private boolean isAsPinned(Path content) throws IOException {
    Path listing = kept.resolve(Listing.FILE);
    FolderContents known = Listing.readIfWhole(listing);
    Findings findings = new Findings();
    FolderContents found = FolderScanner.scan(content, findings, known.byPath());
    if (!findings.isEmpty() || !found.digest().equals(pinned.digest())) {
      return false;
    }
    if (!found.equals(known)) {
      Files.createDirectories(kept);
      Durably.replace(listing, Listing.write(found));
    }
    return true;
  }

  private @Nullable String assemble() throws IOException {
    Durably.deleteTree(kept);
    Path parent = Files.createDirectories(kept.resolveSibling(""));
    Path temporary = Files.createTempDirectory(parent, ".incoming-");
    try {
      String problem = assembleIn(temporary);
      if (problem == null) {
        Durably.publish(temporary, kept);
        asPinned = true;
      }
      return problem;
    } finally {
      Durably.deleteTree(temporary);
    }
  }

  private @Nullable String assembleIn(Path temporary) throws IOException {
    Path content = Files.createDirectory(temporary.resolve(Stored.CONTENT));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(source)) {
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          Durably.copy(in, content.resolve(file.getFileName().toString()));
        }
      }
    }
    for (BundledIndex.Resource resource : resources) {
      String problem = copyResource(resource, content.resolve(resource.path()));
      if (problem != null) {
        return problem;
      }
    }
    Findings findings = new Findings();
    FolderContents found = FolderScanner.scan(content, findings);
    if (!findings.isEmpty()) {
      return pinned.name() + ": " + findings.list();
    }
    if (!found.digest().equals(pinned.digest())) {
      return "%s: digest %s (expected: %s, as in %s)"
          .formatted(pinned.name(), found.digest(), pinned.digest(), BundledIndex.FILE);
    }
    Durably.write(temporary.resolve(Listing.FILE), Listing.write(found));
    return null;
  }

  private static @Nullable String copyResource(BundledIndex.Resource resource, Path target)
      throws IOException {
    try (InputStream in = BundledModels.class.getResourceAsStream(resource.resource())) {
      if (in == null) {
        return "%s: no resource %s (expected: on the class path)"
            .formatted(resource.name(), resource.resource());
      }
      Durably.copy(in, target);
    }
    String found = Sha256.hex(target);
    return found.equals(resource.sha256())
        ? null
        : "%s: %s with SHA-256 %s (expected: %s)"
            .formatted(resource.name(), resource.resource(), found, resource.sha256());
  }
}
