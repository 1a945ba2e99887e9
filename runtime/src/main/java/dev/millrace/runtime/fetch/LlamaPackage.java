package dev.millrace.runtime.fetch;

import dev.millrace.runtime.fetch.PinnedPackage.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The prebuilt llama.cpp (MIT) with its variants for kinds of processors: which package this
 * machine needs, and where it lies once fetched.
 */
public final class LlamaPackage {

  private static final String VERSION = "3.22.1";
  private static final String RELEASE = "0.5.0";

  private LlamaPackage() {}

  /** Where the library of this machine lies under a folder, whether or not it is there. */
  public static Path folder(Path root) {
    return root.resolve("llama-" + RELEASE + "-" + platform());
  }

  /**
   * Fetches it unless it is there.
   *
   * @return the folder with the library
   */
  public static Path fetch(Path root, PackageFetcher fetcher)
      throws IOException, InterruptedException {
    PinnedPackage pinned = pinned(platform());
    if (pinned == null) {
      throw new FetchFailed(
          "no llama.cpp is pinned for "
              + platform()
              + " (expected: linux-x64 or linux-arm64, or a library of your own, llama.library)");
    }
    return fetcher.fetch(
        pinned,
        folder(root),
        (archive, into) -> Archives.untar(archive, "package/bins/" + platform() + "/", into));
  }

  private static @Nullable PinnedPackage pinned(String platform) {
    return switch (platform) {
      case "linux-x64" ->
          of(
              platform,
              10_824_547,
              "0d953e1503d5ab4608d8ed5b739132308c81ac05ffeb760d2a7f30e08a9f90e0");
      case "linux-arm64" ->
          of(
              platform,
              7_340_902,
              "39c76b998e35ed2f236c01472fc79eda0fc558b1c8b535023c2d7ded8c327cc4");
      default -> null;
    };
  }

  private static PinnedPackage of(String platform, long bytes, String sha256) {
    return new PinnedPackage(
        "llama.cpp " + RELEASE,
        Client.NPM,
        "@node-llama-cpp/" + platform + "@" + VERSION,
        bytes,
        sha256);
  }

  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String os = system.startsWith("mac") ? "mac" : system.startsWith("win") ? "win" : system;
    String arch =
        switch (machine) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "arm64";
          default -> machine;
        };
    return (os + "-" + arch).replaceAll("[^a-z0-9-]", "");
  }
}
