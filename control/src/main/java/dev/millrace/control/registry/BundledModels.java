package dev.millrace.control.registry;

import java.io.IOException;
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

  /**
   * @param digest pinned by the repository; approved to run in the node
   * @param folder where its files lie
   * @param listing what the files were when they were last as pinned; null when they are not
   */
  public record Version(
      String name, String version, String digest, Path folder, @Nullable Path listing) {}

  /**
   * Makes the bundled models ready. Cheap when there is nothing to do: no large file is read again
   * unless its size or time of change differ.
   *
   * @param modelsFolder the repository's {@code models}, with its {@code BUNDLED.txt}
   * @param cacheFolder where listings are kept, and those with files from a jar are put together
   */
  public static BundledModels install(Path modelsFolder, Path cacheFolder) throws IOException {
    BundledIndex index = BundledIndex.read(modelsFolder);
    List<Version> versions = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (BundledIndex.Version pinned : index.versions()) {
      Path source = modelsFolder.resolve(pinned.name());
      if (!Files.isDirectory(source)) {
        problems.add(pinned.name() + ": no folder " + pinned.name() + " (expected: as bundled)");
        continue;
      }
      BundledVersion bundled =
          new BundledVersion(
              pinned,
              source.toRealPath(),
              index.resourcesOf(pinned.name()),
              cacheFolder.resolve(pinned.name()).resolve(pinned.digest()));
      String problem = bundled.prepare();
      if (problem == null) {
        versions.add(bundled.ready());
      } else {
        problems.add(problem);
      }
    }
    return new BundledModels(List.copyOf(versions), List.copyOf(problems));
  }
}
