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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models that come with the program. Most lie in the repository and are used where they lie;
 * those with a file from a jar are put together under the data folder, once.
 *
 * @param versions ready to be used
 * @param problems of those that are not, for the log
 */
public record BundledModels(List<Version> versions, List<String> problems) {

  /** Nothing bundled. */
  public static final BundledModels NONE = new BundledModels(List.of(), List.of());

  private static final String CONTENT = "content";

  /**
   * @param digest pinned by the repository; approved to run in the node
   * @param folder where its files lie
   * @param listing what the files were when put together; null for those used where they lie
   */
  public record Version(
      String name, String version, String digest, Path folder, @Nullable Path listing) {}

  /**
   * Makes the bundled models ready. Cheap when there is nothing to do: no large file is read again
   * unless its size or time of change differ.
   *
   * @param modelsFolder the repository's {@code models}, with its {@code BUNDLED.txt}
   * @param cacheFolder where those with files from a jar are put together
   */
  public static BundledModels install(Path modelsFolder, Path cacheFolder) throws IOException {
    BundledIndex index = BundledIndex.read(modelsFolder);
    List<Version> versions = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (BundledIndex.Version pinned : index.versions()) {
      Path source = modelsFolder.resolve(pinned.name());
      List<BundledIndex.Resource> resources = index.resourcesOf(pinned.name());
      if (!Files.isDirectory(source)) {
        problems.add(pinned.name() + ": no folder " + pinned.name() + " (expected: as bundled)");
      } else if (resources.isEmpty()) {
        versions.add(version(pinned, source.toRealPath(), null));
      } else {
        assembled(pinned, source, resources, cacheFolder, versions, problems);
      }
    }
    return new BundledModels(List.copyOf(versions), List.copyOf(problems));
  }

  private static Version version(BundledIndex.Version pinned, Path folder, @Nullable Path listing) {
    return new Version(pinned.name(), pinned.version(), pinned.digest(), folder, listing);
  }

  private static void assembled(
      BundledIndex.Version pinned,
      Path source,
      List<BundledIndex.Resource> resources,
      Path cacheFolder,
      List<Version> versions,
      List<String> problems)
      throws IOException {
    Path target = cacheFolder.resolve(pinned.name()).resolve(pinned.digest());
    Path listing = target.resolve(Listing.FILE);
    if (!isWhole(target, pinned.digest())) {
      Durably.deleteTree(target);
      Files.createDirectories(cacheFolder);
      Path temporary = Files.createTempDirectory(cacheFolder, ".incoming-");
      try {
        String problem = assemble(pinned, source, resources, temporary);
        if (problem != null) {
          problems.add(problem);
          return;
        }
        Durably.publish(temporary, target);
      } finally {
        Durably.deleteTree(temporary);
      }
    }
    versions.add(version(pinned, target.resolve(CONTENT).toRealPath(), listing));
  }

  private static boolean isWhole(Path target, String digest) throws IOException {
    Path listing = target.resolve(Listing.FILE);
    if (!Files.isRegularFile(listing) || !Files.isDirectory(target.resolve(CONTENT))) {
      return false;
    }
    Findings findings = new Findings();
    FolderContents contents =
        FolderScanner.scan(target.resolve(CONTENT), findings, Listing.read(listing).byPath());
    return findings.isEmpty() && contents.digest().equals(digest);
  }

  private static @Nullable String assemble(
      BundledIndex.Version pinned,
      Path source,
      List<BundledIndex.Resource> resources,
      Path temporary)
      throws IOException {
    Path content = Files.createDirectory(temporary.resolve(CONTENT));
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
    FolderContents contents = FolderScanner.scan(content, findings);
    if (!findings.isEmpty() || !contents.digest().equals(pinned.digest())) {
      return pinned.name()
          + ": digest "
          + contents.digest()
          + " (expected: "
          + pinned.digest()
          + ", as in "
          + BundledIndex.FILE
          + ")";
    }
    Durably.write(temporary.resolve(Listing.FILE), Listing.write(contents));
    return null;
  }

  private static @Nullable String copyResource(BundledIndex.Resource resource, Path target)
      throws IOException {
    try (InputStream in = BundledModels.class.getResourceAsStream(resource.resource())) {
      if (in == null) {
        return resource.name()
            + ": no resource "
            + resource.resource()
            + " (expected: on the class path)";
      }
      Durably.copy(in, target);
    }
    String found = Sha256.hex(target);
    return found.equals(resource.sha256())
        ? null
        : resource.name()
            + ": "
            + resource.resource()
            + " with SHA-256 "
            + found
            + " (expected: "
            + resource.sha256()
            + ")";
  }
}
