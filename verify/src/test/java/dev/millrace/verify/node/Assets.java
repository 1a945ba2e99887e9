package dev.millrace.verify.node;

import java.nio.file.Files;
import java.nio.file.Path;

/** Models, data and expected outputs beside the project; tests that need them skip without. */
public final class Assets {

  private static final Path FOLDER = home().resolve("../shared/assets").normalize();

  private Assets() {}

  /** The project's root. */
  public static Path home() {
    String home = System.getProperty("millrace.home");
    if (home == null) {
      throw new IllegalStateException("millrace.home is not set (the build sets it for tests)");
    }
    return Path.of(home);
  }

  /** A condition for tests, by its name. */
  public static boolean present() {
    return Files.isDirectory(FOLDER);
  }

  public static Path path(String name) {
    return FOLDER.resolve(name);
  }
}
