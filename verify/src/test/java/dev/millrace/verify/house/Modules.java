package dev.millrace.verify.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project as it lies on disk: its modules by the root pom, their poms and their classes. */
final class Modules {

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern OURS =
      Pattern.compile(
          "<dependency>\\s*<groupId>dev\\.millrace</groupId>\\s*<artifactId>millrace-([^<]+)<");

  private final Path root;

  private Modules(Path root) {
    this.root = root;
  }

  static Modules ofThisProject() {
    String home = System.getProperty("millrace.home");
    if (home == null) {
      throw new IllegalStateException("millrace.home is not set (the build sets it for tests)");
    }
    return at(Path.of(home));
  }

  static Modules at(Path root) {
    return new Modules(root);
  }

  /** As the root pom lists them. */
  Set<String> names() {
    return matches(MODULE, root.resolve("pom.xml"));
  }

  /** The modules of ours that a module's pom depends on. */
  Set<String> dependenciesOf(String module) {
    return matches(OURS, root.resolve(module).resolve("pom.xml"));
  }

  /** Those that have code, which is what a module is made for. */
  Set<String> withSources() {
    Set<String> found = new TreeSet<>(names());
    found.removeIf(module -> !Files.isDirectory(root.resolve(module).resolve("src/main/java")));
    return found;
  }

  JavaClasses whatShips() {
    return classesIn("target/classes");
  }

  JavaClasses tests() {
    return classesIn("target/test-classes");
  }

  private JavaClasses classesIn(String folder) {
    List<Path> folders =
        names().stream()
            .map(module -> root.resolve(module).resolve(folder))
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter().importPaths(folders);
  }

  private static Set<String> matches(Pattern pattern, Path pom) {
    try {
      Set<String> found = new TreeSet<>();
      Matcher matcher = pattern.matcher(Files.readString(pom));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
      return found;
    } catch (IOException unreadable) {
      throw new IllegalStateException("cannot read " + pom, unreadable);
    }
  }
}
