package dev.millrace.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What this build calls itself; the build writes it beside this class. */
final class BuildVersion implements IVersionProvider {

  /** For example {@code 0.1.0-SNAPSHOT}. */
  static String number() {
    try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
      Properties build = new Properties();
      build.load(Objects.requireNonNull(in, "build.properties is missing from the jar"));
      return Objects.requireNonNull(build.getProperty("version"), "version in build.properties");
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot read build.properties", broken);
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {"millrace " + number() + " on Java " + Runtime.version()};
  }
}
