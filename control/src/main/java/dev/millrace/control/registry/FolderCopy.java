package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.ManifestDeriver;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.control.manifest.Sha256;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Brings a foreign folder or file into ours; what is taken over is looked at again afterwards. */
final class FolderCopy {

  private FolderCopy() {}

  /**
   * @throws InvalidDocument when the folder holds what no version may hold
   */
  static void copy(Path source, Path target) throws IOException {
    Path real = source.toRealPath();
    Findings findings = new Findings();
    var contents = FolderScanner.scan(real, findings);
    findings.throwIfAny();
    for (var file : contents.files()) {
      Path copy = target.resolve(file.path());
      Files.createDirectories(copy.getParent());
      copyFile(real.resolve(file.path()), copy);
    }
  }

  /** Copies a bare model file and writes its manifest beside it. */
  static String copyBare(Path source, Path target, String name, String version) throws IOException {
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidDocument(
          Finding.of(
              Place.of(String.valueOf(source.getFileName())),
              "",
              Files.exists(source, LinkOption.NOFOLLOW_LINKS) ? "a link or device" : "nothing",
              "a folder with a " + ManifestReader.FILE + ", or an ONNX or GGUF file"));
    }
    String fileName = plainName(source.getFileName().toString());
    Path copy = target.resolve(fileName);
    copyFile(source, copy);
    String manifest = ManifestDeriver.derive(copy, name, version, fileName);
    Durably.write(target.resolve(ManifestReader.FILE), manifest);
    return manifest;
  }

  // A bare file may be called anything; in a version its name is plain.
  private static String plainName(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "");
    boolean taken = plain.isEmpty() || plain.toLowerCase(Locale.ROOT).equals(ManifestReader.FILE);
    String free = taken ? "model.bin" : plain;
    return free.length() > 100 ? free.substring(free.length() - 100) : free;
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try (InputStream in = Channels.newInputStream(Sha256.open(from))) {
      Durably.copy(in, to);
    }
  }
}
