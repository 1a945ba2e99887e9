package dev.millrace.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shared models and data; tests that need them are skipped where they are absent. */
public final class Assets {

  private static final Path FOLDER =
      Path.of(System.getProperty("millrace.home", ".."), "..", "shared", "assets").normalize();

  private Assets() {}

  public static boolean present() {
    return Files.isDirectory(FOLDER);
  }

  public static Path path(String name) {
    return FOLDER.resolve(name);
  }

  public static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A resource of the test class path. */
  public static byte[] resource(String name) {
    try (var in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
