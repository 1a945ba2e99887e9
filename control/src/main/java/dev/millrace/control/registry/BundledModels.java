package dev.millrace.control.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    // Hashing is what takes the time of a first start: all cores do it.
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<BundledModels>> prepared =
          index.versions().stream()
              .map(pinned -> each.submit(() -> prepare(index, pinned, modelsFolder, cacheFolder)))
              .toList();
      for (Future<BundledModels> one : prepared) {
        BundledModels outcome = await(one);
        versions.addAll(outcome.versions());
        problems.addAll(outcome.problems());
      }
    }
    return new BundledModels(List.copyOf(versions), List.copyOf(problems));
  }

  private static BundledModels await(Future<BundledModels> one) throws IOException {
    try {
      return one.get();
    } catch (ExecutionException failed) {
      throw new IOException("a bundled model could not be prepared", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while the bundled models were prepared");
    }
  }

  private static BundledModels prepare(
      BundledIndex index, BundledIndex.Version pinned, Path modelsFolder, Path cacheFolder)
      throws IOException {
    Path source = modelsFolder.resolve(pinned.name());
    if (!Files.isDirectory(source)) {
      String problem = pinned.name() + ": no folder " + pinned.name() + " (expected: as bundled)";
      return new BundledModels(List.of(), List.of(problem));
    }
    BundledVersion bundled =
        new BundledVersion(
            pinned,
            source.toRealPath(),
            index.resourcesOf(pinned.name()),
            cacheFolder.resolve(pinned.name()).resolve(pinned.digest()));
    String problem = bundled.prepare();
    return problem == null
        ? new BundledModels(List.of(bundled.ready()), List.of())
        : new BundledModels(List.of(), List.of(problem));
  }
}
