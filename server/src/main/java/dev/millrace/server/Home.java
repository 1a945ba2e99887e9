package dev.millrace.server;

import java.nio.file.Path;

/** Where the program lies; the launcher says so. */
final class Home {

  private Home() {}

  static Path folder() {
    return Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath().normalize();
  }
}
