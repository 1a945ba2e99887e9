package dev.millrace.control.config;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code check}: whether a file would be taken, and everything that speaks against it.
 *
 * @param config what the file means; null when there are findings
 */
public record ConfigCheck(@Nullable NodeConfig config, List<Finding> findings) {

  /** Reads the file as the node would. */
  public static ConfigCheck of(Path file) {
    Place place = Place.of(String.valueOf(file.getFileName()));
    try {
      return new ConfigCheck(ConfigReader.read(file, Map.of()), List.of());
    } catch (InvalidDocument e) {
      return new ConfigCheck(null, e.findings());
    } catch (NoSuchFileException e) {
      return failed(Finding.of(place, "", "no such file", "a configuration to check"));
    } catch (IOException e) {
      return failed(Finding.of(place, "", "unreadable: " + e.getMessage(), "a readable file"));
    }
  }

  private static ConfigCheck failed(Finding finding) {
    return new ConfigCheck(null, List.of(finding));
  }

  public boolean passed() {
    return findings.isEmpty();
  }
}
