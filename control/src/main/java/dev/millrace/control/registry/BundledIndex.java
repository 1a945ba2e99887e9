package dev.millrace.control.registry;

import dev.millrace.control.manifest.ModelNames;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The list of what is bundled, {@code BUNDLED.txt} beside the folders. A line is one of
 *
 * <pre>
 * version  NAME VERSION DIGEST
 * resource NAME PATH SHA-256 CLASSPATH-RESOURCE
 * </pre>
 *
 * The second says that a file of the version is taken from the class path.
 */
record BundledIndex(List<Version> versions, List<Resource> resources) {

  static final String FILE = "BUNDLED.txt";

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FILE_PATH = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  record Version(String name, String version, String digest) {}

  record Resource(String name, String path, String sha256, String resource) {}

  List<Resource> resourcesOf(String name) {
    return resources.stream().filter(resource -> resource.name().equals(name)).toList();
  }

  /** Reads the list; no file, no bundled models. */
  static BundledIndex read(Path modelsFolder) throws IOException {
    Path file = modelsFolder.resolve(FILE);
    List<Version> versions = new ArrayList<>();
    List<Resource> resources = new ArrayList<>();
    if (Files.exists(file)) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          readLine(line.strip().split("\\s+"), number, versions, resources);
        }
      }
    }
    return new BundledIndex(List.copyOf(versions), List.copyOf(resources));
  }

  private static void readLine(
      String[] words, int line, List<Version> versions, List<Resource> resources) {
    boolean named = words.length > 1 && ModelNames.isName(words[1]);
    if (named
        && words[0].equals("version")
        && words.length == 4
        && ModelNames.isVersion(words[2])
        && HEX.matcher(words[3]).matches()) {
      versions.add(new Version(words[1], words[2], words[3]));
    } else if (named
        && words[0].equals("resource")
        && words.length == 5
        && FILE_PATH.matcher(words[2]).matches()
        && HEX.matcher(words[3]).matches()) {
      resources.add(new Resource(words[1], words[2], words[3], words[4]));
    } else {
      throw new InvalidDocument(
          Finding.of(
              new Place(FILE, line, 0),
              "",
              "an unreadable line",
              "version NAME VERSION DIGEST, or resource NAME PATH SHA-256 RESOURCE"));
    }
  }
}
